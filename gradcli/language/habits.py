"""What is a habit from other languages, and is written differently here: what it says, and what to write instead."""

from __future__ import annotations

from lark import Token

from gradcli.language.characters import unknown_character
from gradcli.language.errors import GradcliError
from gradcli.language.levels import Level
from gradcli.language.names import displayed
from gradcli.language.raw import OPERANDS, SIGNS, RawTokens
from gradcli.language.refusals import KNOWN_SIZE, SIZES, quoted
from gradcli.language.scope import Scope
from gradcli.language.suggest import did_you_mean, nearest

METHODS = {"t": "transpose", "view": "reshape", "mm": "matmul", "mv": "matmul"}
"""Names that are methods only, and the functions that they are."""

SUMS = ("∑", "∏")

_NEW_AXES = ("None", "newaxis")
_JOINS = ("and", "or", "not")

WORDS = frozenset({*_JOINS, *_NEW_AXES, "if"})
"""Words of Python; each of them is an ordinary name where it makes sense as one."""

_GREEK_SUMS = {"∑": "sum", "Σ": "sum", "∏": "prod", "Π": "prod"}
_OR = ("or", "|", "∣")
_STOPS = frozenset({"COMMA", "LPAR", "LSQB", "RPAR", "RSQB", "METHOD", "DOT_CALL", "ARRAY", "EQUAL", "SEMICOLON",
                    "NEWLINE", "COLON", "LOGIC", "QUESTION"})  # fmt: skip
_OPENINGS = frozenset({"LPAR", "LSQB", "METHOD", "DOT_CALL", "ARRAY"})
_UPDATES = ("PLUS", "MINUS", "TIMES", "DIVIDE", "AT", "POW")
_BEGINS = (*OPERANDS, "LPAR", "LSQB")
_NO_OPERATIONS = (
    "item",
    "detach",
    "clone",
    "copy",
    "numpy",
    "tolist",
    "float",
    "double",
    "astype",
    "to",
    "cpu",
    "cuda",
)
_OF_PYTHON = ("shape", "size", "ndim", "dtype", "grad", "data", "device", "real", "imag", "flat")


class Habits:
    """Makes the errors about such habits for one formula; nothing here raises."""

    def __init__(self, tokens: RawTokens, text: str, scope: Scope) -> None:
        self._tokens = tokens
        self._text = text
        self._scope = scope

    # --- conditions -------------------------------------------------------------------------------------------------

    def word(self, index: int, name: Token, level: Level) -> GradcliError | None:
        """The error for a word of Python at `index`; None if it is a name here."""
        if self._scope.is_value(name) or self._scope.readings(name):
            return None
        if name in _NEW_AXES:
            return self._new_axis(index, level.opened) if level.within == "index" else None
        if name == "if":
            other = self._find_else(index) if level.operand else -1
            return self._conditional(index, index, other) if other > 0 else None
        follows = self._tokens.type(index + 1) in (*_BEGINS, *SIGNS)
        if level.operand == (name == "not") or not follows or self._scope.is_function(name):
            return None
        return self._negated(index) if name == "not" else self.joined(index)

    def sign(self, index: int, *, behind_value: bool) -> GradcliError:
        """A `&`, a `?`, or a dot with a name behind it."""
        token = self._tokens[index]
        if token.type == "ATTRIBUTE":
            return self._attribute(token)
        if token.type == "QUESTION":
            colon = self._until(index, ("COLON",)) if behind_value else -1
            if self._tokens.type(colon) == "COLON":
                return self._ternary(index, colon)
        elif behind_value and (len(token) > 1 or self._compares(index)):
            return self.joined(index)
        return unknown_character(self._text, token.start_pos or 0)

    def is_or(self, index: int) -> bool:
        """Whether the bar at `index` stands between two conditions."""
        return index > 0 and self._tokens.ends_operand(index - 1) and self._compares(index)

    def joined(self, index: int) -> GradcliError:
        """`x > 0 and x < 2`, and the like."""
        right = index + 1
        while self._tokens.type(right) == "BAR" and self._tokens.touch(index, right):
            right += 1
        one, other = self._side(self._first(index), index - 1), self._side(right, self._last(right))
        hint = f"write ({one})*({other}) if both must hold"
        if self._tokens.is_at(index, *_OR):
            hint = f"write max({one}, {other}) if one of them is enough"
        sign = self._tokens.between(index, right - 1)
        return self._error("condition", f"'{sign}' joins no conditions here: they are numbers, 1 or 0", index,
                           right - 1, hint)  # fmt: skip

    def _negated(self, index: int) -> GradcliError:
        inner = self._side(index + 1, self._last(index + 1))
        return self._error("condition", "'not' is not read here: a condition is a number, 1 or 0", index, index,
                           f"write 1 - ({inner})")  # fmt: skip

    def _find_else(self, index: int) -> int:
        """The index of the `else` that belongs to the `if` at `index`; -1 without one."""
        place = index + 1
        while place < len(self._tokens) and self._tokens.type(place) not in ("COMMA", "SEMICOLON", "RPAR", "RSQB"):
            if self._tokens.is_at(place, "else"):
                return place
            place = self._tokens.partner.get(place, place) + 1
        return -1

    def _conditional(self, index: int, end: int, other: int) -> GradcliError:
        """`x if x > 0 else 0`."""
        value = self._side(self._first(index), index - 1)
        return self._chosen(index, end, (self._side(index + 1, other - 1), value,
                                         self._side(other + 1, self._last(other + 1))))  # fmt: skip

    def _ternary(self, index: int, colon: int) -> GradcliError:
        """`x > 0 ? x : 0`."""
        condition = self._side(self._first(index), index - 1)
        return self._chosen(index, index, (condition, self._side(index + 1, colon - 1),
                                           self._side(colon + 1, self._last(colon + 1))))  # fmt: skip

    def _chosen(self, first: int, last: int, parts: tuple[str, str, str]) -> GradcliError:
        return self._error("condition", f"'{self._tokens[first]}' chooses nothing here: a choice is a function", first,
                           last, f"write if({', '.join(parts)})")  # fmt: skip

    # --- statements, indices, sums ----------------------------------------------------------------------------------

    def updated(self, index: int) -> GradcliError | None:
        """`s += x`, with its `=` at `index`; None if that `=` is something else."""
        tokens = self._tokens
        if tokens.type(index - 1) not in _UPDATES or tokens.type(index - 2) != "NAME":
            return None
        if not tokens.touch(index - 1, index):
            return None
        name, sign = quoted(displayed(tokens[index - 2])), tokens[index - 1]
        last = self._last(index + 1)
        value = self._side(index + 1, last)
        if sign.type != "PLUS" and last > tokens.partner.get(index + 1, index + 1):
            value = f"({value})"
        return self._error("misplaced-equals", f"'{sign}=' is not read here: a name is assigned with '='", index - 1,
                           index, f"write {name} = {name} {sign} {value or 'x'}")  # fmt: skip

    def _new_axis(self, index: int, opened: int) -> GradcliError:
        """`x[:, None]`."""
        tokens = self._tokens
        one = quoted(tokens.between(tokens.operand_start(opened - 1), opened - 1))
        hint = f"write reshape({one}, 3, 1) for a column of its 3 entries"
        if index == opened + 1:
            hint = f"write reshape({one}, 1, 3) for a row of its 3 entries"
        return self._error("index", "an index picks entries, and adds no axis", index, index, hint)

    def unbound(self, index: int, token: Token) -> GradcliError | None:
        """The error for a name without a value that means something elsewhere; None if it means nothing."""
        if token in SUMS or (token in _GREEK_SUMS and self._scope.bound is not None):
            return self._sum(index, token)
        if self._scope.bound is None:
            return None
        name = str(token)
        if name == "I" and (self._scope.arrays or "AT" in (self._tokens.type(index - 1), self._tokens.type(index + 1))):
            return self._error("no-value", "'I' has no value", index, index,
                               "write eye(3) for the identity matrix with 3 rows, or add I=...")  # fmt: skip
        powered = self._tokens.type(index - 1) == "POW" and name.startswith("T") and self._scope.is_value(name[1:])
        if powered:
            first = self._tokens.operand_start(index - 2)
            return self._transposed(first, index, self._tokens.between(first, index - 2), name[1:])
        for cut in range(1, min(len(name), 40) - 1):
            if name[cut] == "T" and self._scope.is_value(name[:cut]) and self._scope.is_value(name[cut + 1 :]):
                return self._transposed(index, index, name[:cut], name[cut + 1 :])
        return None

    def _transposed(self, first: int, last: int, one: str, other: str) -> GradcliError:
        """`wTx` or `w^Tx`."""
        name = quoted(displayed(self._tokens[last]))
        return self._error("no-value", f"'{name}' has no value", first, last,
                           f"did you mean {quoted(displayed(one))}ᵀ{quoted(displayed(other))}?")  # fmt: skip

    def _sum(self, index: int, token: Token) -> GradcliError | None:
        """`∑ x²`, without brackets."""
        if self._tokens.type(index + 1) not in _BEGINS:
            return unknown_character(self._text, token.start_pos or 0) if token in SUMS else None
        inner = self._side(index + 1, self._product_end(index + 1))
        return self._error("function-without-argument", f"'{token}' needs an argument in brackets here", index, index,
                           f"write {_GREEK_SUMS[token]}({inner})")  # fmt: skip

    def summed_and_more(self, index: int, token: Token) -> GradcliError | None:
        """`∑(x - y)²` and `∑(x) y`: how far the sum reaches; None where it can be seen."""
        opened = index + 1
        close = self._tokens.partner[opened]
        behind = close + 1
        powered = self._tokens.type(behind) in ("SUPERSCRIPT", "POW")
        if not powered and self._tokens.type(behind) not in _BEGINS:
            return None
        if powered:
            last = min(behind + (self._tokens.type(behind) == "POW"), len(self._tokens) - 1)
            last = self._tokens.partner.get(last, last)
        else:
            last = self._product_end(behind)
        name, inner = _GREEK_SUMS[token], quoted(self._tokens.between(opened, close))
        rest = quoted(self._tokens.between(behind, last))
        if not powered:
            rest = self._scope.times(f"{inner} {rest}") + rest
        code = "ambiguous-power" if powered else "ambiguous-product"
        return self._error(code, f"'{token}' before brackets can be read in two ways", index, last,
                           f"write {name}({inner}{rest}), or {name}{inner}{rest}")  # fmt: skip

    def _product_end(self, index: int) -> int:
        """The index of the last token of the product that begins at `index`."""
        while True:
            last = self._tokens.partner.get(index, index)
            if self._tokens.type(last + 1) in ("", "PLUS", "MINUS", "COMPARE", *_STOPS - _OPENINGS):
                return last
            index = last + 1

    # --- methods ----------------------------------------------------------------------------------------------------

    def method(self, token: Token) -> GradcliError:
        """`loss.backward()`."""
        name = str(token)[1:-1]
        hint = did_you_mean(nearest(name, self._scope.vocabulary.names())) if len(name) > 2 else None
        if name in SIZES:
            hint = KNOWN_SIZE
        elif name == "backward":
            hint = "leave it away: gradcli computes the gradient"
        elif name in _NO_OPERATIONS:
            hint = "take it away: it changes no value"
        return GradcliError("unknown-function", f"the method '{quoted(name)}' is no function here", text=self._text,
                            start=(token.start_pos or 0) + 1, end=(token.end_pos or 1) - 1,
                            hint=hint or "take it away; gradcli rules lists the functions")  # fmt: skip

    def _attribute(self, token: Token) -> GradcliError:
        """`x.shape`, or `x.exp` without brackets."""
        name, start = str(token)[1:], token.start_pos or 0
        if name in SIZES:
            hint = KNOWN_SIZE
        elif self._scope.vocabulary.knows(name) or name in METHODS:
            hint = f"write .{name}() to call it"
        elif name == "grad":
            hint = "leave it away: gradcli computes the gradient"
        elif name in _OF_PYTHON:
            hint = f"take '{token}' away"
        else:
            return unknown_character(self._text, start)
        return GradcliError("unknown-function", f"the attribute '{name}' is no function here", text=self._text,
                            start=start + 1, end=token.end_pos, hint=hint)  # fmt: skip

    # --- what stands on the left and on the right -------------------------------------------------------------------

    def _first(self, index: int) -> int:
        """The index of the first token of what stands on the left of `index`."""
        while index > 0:
            place = self._tokens.opener.get(index - 1, index - 1)
            if place == index - 1 and (self._tokens.type(place) in _STOPS or self._tokens.is_at(place, *_JOINS)):
                break
            index = place
        return index

    def _last(self, index: int) -> int:
        """The index of the last token of what begins at `index`; `index` - 1 if that is nothing."""
        return self._until(index - 1, ()) - 1

    def _until(self, index: int, others: tuple[str, ...]) -> int:
        """The index of the first token behind `index` that ends what stands on its right."""
        place = index + 1
        while place < len(self._tokens):
            if place in self._tokens.partner:
                place = self._tokens.partner[place] + 1
                continue
            if self._tokens.type(place) in (*_STOPS, *others) or self._tokens.is_at(place, "and", "or"):
                break
            place += 1
        return place

    def _compares(self, index: int) -> bool:
        """Whether a comparison stands on the left of `index`."""
        return any(self._tokens.type(place) == "COMPARE" for place in range(self._first(index), index))

    def _side(self, first: int, last: int) -> str:
        """The text of some tokens, without the brackets around all of them."""
        if last < first or first >= len(self._tokens):
            return "..."
        if self._tokens.type(first) == "LPAR" and self._tokens.partner[first] == last and last > first + 1:
            first, last = first + 1, last - 1
        return quoted(" ".join(self._tokens.between(first, last).split()))

    def _error(self, code: str, message: str, first: int, last: int, hint: str) -> GradcliError:
        return GradcliError(code, message, text=self._text, start=self._tokens[first].start_pos or 0,
                            end=self._tokens[last].end_pos, hint=hint)  # fmt: skip
