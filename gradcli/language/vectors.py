"""What is refused about vectors and their entries, with what to write instead."""

from __future__ import annotations

from lark import Token

from gradcli.language.errors import GradcliError
from gradcli.language.raw import OPERANDS, SIGNS, RawTokens
from gradcli.language.refusals import quoted
from gradcli.language.scope import Scope

_BEGINS = (*OPERANDS, "LPAR", "LSQB")
_BREAKS = ("SEMICOLON", "NEWLINE")
_OF_AN_ENTRY = "for an entry"


class VectorRefusals:
    """Makes the errors about square brackets for one formula; nothing here raises."""

    def __init__(self, tokens: RawTokens, text: str, scope: Scope) -> None:
        self._scope = scope
        self._tokens = tokens
        self._text = text

    def number_indexed(self, index: int) -> GradcliError:
        """`2[1, 2]`, `π[0]`, or `x[0]` with a number x: no entries to pick, and no sign to multiply with."""
        tokens, last = self._tokens, self._before(index)
        bracket = quoted(tokens.between(index, tokens.partner[index]))
        one = quoted(tokens.between(last, last))
        if tokens.type(last - 1) == "POW":
            power = quoted(tokens.between(tokens.operand_start(last - 2), last))
            return self._error("square-bracket", f"'{one}' is a number and has no entries", last, tokens.partner[index],
                               f"write ({power}){bracket} {_OF_AN_ENTRY} of the power")  # fmt: skip
        return self._error("square-bracket", f"'{one}' is a number: it has no entries, and '[' does not multiply",
                           last, tokens.partner[index], f"write {one}*{bracket} for the product")  # fmt: skip

    def index_or_product(self, index: int) -> GradcliError:
        """`w [0]`: white space between an operand and what may be its index."""
        tokens = self._tokens
        last = self._before(index)
        first = tokens.operand_start(last)
        one, bracket = quoted(tokens.between(first, last)), quoted(tokens.between(index, tokens.partner[index]))
        hint = f"write {one}{bracket} {_OF_AN_ENTRY}"
        inside = [tokens.type(place) for place in tokens.inside(index)]
        if "COMPARE" in inside and "COMMA" not in inside:
            hint = f"write {one}*{bracket} for the product with what is 1 where the comparison holds"
        elif "COLON" not in inside:
            hint += f", or {one} @ {bracket} for the product"
        return self._error("square-bracket", f"'{quoted(tokens.between(first, tokens.partner[index]))}' can be read "
                           "in two ways", first, tokens.partner[index], hint)  # fmt: skip

    def power_indexed(self, index: int) -> GradcliError:
        """`sin²(x)[0]`, or `xⁿ[0]`: an entry of the power, or the power of an entry."""
        tokens = self._tokens
        bracket = quoted(tokens.between(index, tokens.partner[index]))
        if tokens[index - 1] == "ⁿ":
            first = tokens.operand_start(index - 1)
            one = quoted(tokens.between(first, index - 2))
            hint = f"write ({one}ⁿ){bracket} for an entry of the power, or {one}^(n{bracket})"
        else:
            opened = tokens.opener[index - 1]
            first = opened - (3 if tokens.type(opened - 1) == "NUMBER" else 2)
            function = quoted(tokens.between(first, opened - 1))
            inner = quoted(tokens.between(opened, index - 1))
            hint = f"write ({function}{inner}){bracket}, or {function}({inner}{bracket})"
        whole = quoted(tokens.between(first, tokens.partner[index]))
        return self._error("square-bracket", f"'{whole}' can be read in two ways", first, tokens.partner[index], hint)

    def entries(self, opened: int, index: int) -> GradcliError:
        """`[1 2]`, `[1 -2]`, `[x y]`: without a comma, entries or one value; the doubt begins at `index`."""
        tokens = self._tokens
        close = tokens.partner[opened]
        if tokens.type(index) == "SEMICOLON":
            return self._error("vector-entries", "the rows of a matrix are vectors, separated by commas", index, index,
                               f"write {self._with_commas(opened)}")  # fmt: skip
        hint = f"write {self._with_commas(opened)} for entries"
        left = self._before(index)
        if tokens.type(index) in SIGNS:
            sign, right = tokens[index], tokens.between(index + 1, min(index + 1, close))
            one = tokens.between(tokens.operand_start(left), left)
            hint += f", or {quoted(one)} {sign} {quoted(right)} for one"
        elif tokens.type(index) not in ("NUMBER", "LSQB"):
            one = tokens.between(tokens.operand_start(left), left)
            right = tokens.between(index, min(tokens.partner.get(index, index), close))
            hint += f", or {quoted(one)}{self._scope.times(f'{one} {right}')}{quoted(right)} for the product"
        return self._error("vector-entries", "the entries of a vector are separated by commas", opened, close, hint)

    def _with_commas(self, opened: int) -> str:
        """The vector at `opened` with its entries apart: `[[1, 2], [3, 4]]` for `[1 2; 3 4]`."""
        rows: list[list[tuple[int, int]]] = [[]]
        last, ended = opened, True
        for index in self._tokens.inside(opened):
            kind = self._tokens.type(index)
            if kind in _BREAKS:
                if rows[-1] and not (kind == "NEWLINE" and self._tokens.type(last) == "COMMA"):
                    rows.append([])
                ended = True
            elif kind == "COMMA":
                ended = True
            else:
                if ended or self._begins_entry(last, index):
                    rows[-1].append((index, index))
                    ended = False
                rows[-1][-1] = rows[-1][-1][0], self._tokens.partner.get(index, index)
            last = self._tokens.partner.get(index, index)
        texts = ["[" + ", ".join(self._tokens.between(*entry) for entry in row) + "]" for row in rows if row]
        return quoted(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")

    def _begins_entry(self, last: int, index: int) -> bool:
        tokens = self._tokens
        if tokens.touch(last, index) or not tokens.ends_operand(last):
            return False
        return tokens.type(index) in _BEGINS or (tokens.type(index) in SIGNS and tokens.touch(index, index + 1))

    def _before(self, index: int) -> int:
        """The index of the token before `index`, over line breaks."""
        index -= 1
        while self._tokens.type(index) == "NEWLINE":
            index -= 1
        return index

    def _error(self, code: str, message: str, first: int, last: int, hint: str) -> GradcliError:
        one: Token = self._tokens[first]
        return GradcliError(code, message, text=self._text, start=one.start_pos or 0, end=self._tokens[last].end_pos,
                            hint=hint)  # fmt: skip
