"""The raw tokens of a formula with their surroundings: which bracket closes which, where a factor begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lark import Token

from gradcli.language.brackets import match_brackets
from gradcli.language.vocabulary import Vocabulary

SIGNS = ("PLUS", "MINUS")
OPERANDS = ("NUMBER", "NAME", "SQRT", "BAR", "NORM", "ARRAY", "INDICATOR")
"""Raw tokens that can begin the argument of a function without brackets."""

TRANSPOSES = ("T", "ᵀ", "⊤")
"""What stands behind `^` to transpose."""


_ENDS = ("NAME", "NUMBER", "RPAR", "RSQB", "SUPERSCRIPT", "TRANSPOSE", "NORM_INDEX")


class RawTokens:
    """The tokens as the lexer cut them, by index; beyond both ends there is nothing, and no error.

    Attributes:
        partner: for each opening bracket the index of the closing one.
        opener: for each closing bracket, and closing bar, the index of the opening one.
    """

    def __init__(self, tokens: Sequence[Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self.partner = match_brackets(tokens, text)
        self.opener = {close: opened for opened, close in self.partner.items()}

    def __len__(self) -> int:
        return len(self._tokens)

    def __getitem__(self, index: int) -> Token:
        return self._tokens[index]

    def type(self, index: int) -> str:
        """The terminal of the token at `index`; "" where there is none."""
        return self._tokens[index].type if 0 <= index < len(self._tokens) else ""

    def is_at(self, index: int, *values: str) -> bool:
        """Whether the token at `index` is one of these texts."""
        return 0 <= index < len(self._tokens) and self._tokens[index] in values

    def touch(self, left: int, right: int) -> bool:
        """Whether two tokens are written without a space between them."""
        return right < len(self._tokens) and self._tokens[left].end_pos == self._tokens[right].start_pos

    def behind_separators(self, index: int) -> int:
        """The index behind the line breaks and `;` that begin at `index`."""
        while self.type(index) in ("NEWLINE", "SEMICOLON"):
            index += 1
        return index

    def ends_operand(self, index: int) -> bool:
        """Whether the token at `index` can be the last one of an operand."""
        return self.type(index) in _ENDS or (self.type(index) in ("BAR", "NORM") and index in self.opener)

    def operand_start(self, index: int) -> int:
        """The index of the first token of the operand whose last token is at `index`."""
        while True:
            opened = self.opener.get(index)
            if self.type(index - 1) == "POW" and self.is_at(index, *TRANSPOSES):
                index -= 2
            elif self.type(index) in ("SUPERSCRIPT", "TRANSPOSE", "NORM_INDEX"):
                index -= 1
            elif opened is None:
                return max(index, 0)
            elif self.type(opened) in ("DOT_CALL", "METHOD"):
                index = opened - 1
            elif self.type(opened - 1) == "NAME" and self.type(opened) in ("LPAR", "LSQB"):
                return opened - 1
            elif self.type(opened) == "LSQB" and self.ends_operand(opened - 1) and self.touch(opened - 1, opened):
                index = opened - 1
            else:
                return opened

    def inside(self, opened: int) -> Iterator[int]:
        """The indices of the tokens directly inside the bracket at `opened`; of inner brackets only the first one."""
        index, close = opened + 1, self.partner[opened]
        while index < close:
            yield index
            index = self.partner.get(index, index) + 1

    def is_tuple(self, opened: int) -> bool:
        """Whether the bracket at `opened` holds commas and is a whole argument: nothing is done with it."""
        if not any(self.type(index) == "COMMA" for index in self.inside(opened)):
            return False
        behind = self.partner[opened] + 1
        while self.type(behind) == "NEWLINE":
            behind += 1
        return self.type(behind) in ("COMMA", "RPAR", "RSQB")

    def selects(self, opened: int) -> bool:
        """Whether the bracket at `opened` holds what picks entries: whole numbers and slices, not just any value."""
        types = [self.type(index) for index in self.inside(opened)]
        return "COLON" in types or (bool(types) and {*types} <= {"NUMBER", "COMMA", "MINUS"} and "NUMBER" in types)

    def factor_end(self, index: int, vocabulary: Vocabulary) -> int:
        """The index of the last token of the factor that begins at `index`, signs and bare functions included."""
        last = len(self._tokens) - 1
        while index < last:
            bare = self.type(index) == "NAME" and self.type(index + 1) in OPERANDS
            if self.type(index) not in (*SIGNS, "SQRT") and not (bare and vocabulary.applies(self._tokens[index])):
                break
            index += 1
        if self.type(index) == "NUMBER" and self.type(index + 1) == "NAME" and self.touch(index, index + 1):
            index += 1
        if self.type(index) == "NAME" and self.type(index + 1) in ("LPAR", "LSQB"):
            index += 1
        return min(self.partner.get(index, index), last)

    def factor_text(self, index: int, vocabulary: Vocabulary) -> str:
        """The text of the factor that begins at `index`."""
        if index >= len(self._tokens):
            return ""
        return self.between(index, self.factor_end(index, vocabulary))

    def between(self, first: int, last: int) -> str:
        """The text from the token at `first` to the one at `last`."""
        return self._text[self._tokens[first].start_pos : self._tokens[last].end_pos]
