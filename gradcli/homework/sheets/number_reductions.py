"""What the rules of the grammar make of numbers and arrays, called by the parser from the inside out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lark import Token

from gradcli.homework.limits import LARGEST_EXPONENT, LONGEST_NUMBER
from gradcli.homework.sheets.written import Array, Number
from gradcli.language import GradcliError

Value = Number | Array | None
Parse = Callable[[str], Value]

_MINUS = "-−–—‐﹣⁻"
_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")


@dataclass(slots=True)
class _Row:
    """Entries between two semicolons, and the offsets of the commas between them."""

    entries: list[Value]
    commas: list[int]


class NumberReductions:
    """One method a rule of the grammar.

    Attributes:
        text: what is being read.
    """

    def __init__(self, parse: Parse) -> None:
        self.text = ""
        self._parse = parse

    def written(self, children: list[Value]) -> Value:
        """The whole text; None for a blank."""
        return children[0] if children else None

    def blank(self, _: list[Token]) -> None:
        """Nothing was answered."""

    def decimal(self, children: list[Token]) -> Number:
        """`-0.25`."""
        return self._number(children, children[-1], 0)

    def scientific(self, children: list[Token]) -> Number:
        """`2e-2`, `2·10^-2`, `10⁻²`."""
        digits = next((token for token in children if token.type in ("DECIMAL", "ENTRY")), None)
        last = children[-1]
        if last.type == "EXPONENT":
            power = last[1:]
        elif last.type == "SUPERSCRIPT":
            power = last.translate(_SUPERSCRIPTS)
        else:
            start = next(index for index, token in enumerate(children) if token.type == "POW")
            power = "".join(token for token in children[start:] if token.type in ("MINUS", "PLUS", "INTEGER"))
        self._refuse_long(children)
        size = power.lstrip(_MINUS + "+").lstrip("0")
        if len(size) > len(str(LARGEST_EXPONENT)) or int(size or "0") > LARGEST_EXPONENT:
            raise self._fault(f"powers of ten go from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}", children,
                              "write a number that can be computed with")  # fmt: skip
        return self._number(children, digits, -int(size or "0") if power[:1] in _MINUS else int(size or "0"))

    def fraction(self, children: list[Token]) -> Number:
        """`-1/3`."""
        self._refuse_long(children)
        above, below = (_scaled(token, 0)[0] for token in (children[-3], children[-1]))
        if not below:
            raise self._fault("a division by zero is no number", children, "write a number; ? if there is none")
        value = above / below
        return Number(self._span(children), -value if children[0].type == "MINUS" else value, None, 0)

    def row(self, children: Sequence[Value | Token]) -> _Row:
        """Entries and the commas between them."""
        entries: list[Value] = []
        commas: list[int] = []
        for child in children:
            if isinstance(child, Token):
                commas.append(child.start_pos or 0)
            else:
                entries.append(child)
        return _Row(entries, commas[: len(entries) - 1])

    def array(self, children: list[_Row | Token]) -> Array:
        """Rows between brackets: a vector, or arrays of one shape side by side."""
        rows = [child for child in children if isinstance(child, _Row)]
        brackets = [child for child in children if isinstance(child, Token)]
        if len(rows) == 1:
            return self._stacked(rows[0].entries, brackets)
        if all(len(row.entries) == 1 for row in rows):
            return self._stacked([row.entries[0] for row in rows], brackets)
        decimals = self._decimals(rows, brackets)
        if decimals is None:
            return self._stacked([self._stacked(row.entries, brackets) for row in rows], brackets)
        if len({len(row.entries) for row in rows}) == 1 and not any(map(_is_split_decimal, rows)):
            vector = "; ".join(number.text.replace(",", ".") for number in decimals[:2] if number)
            matrix = ", ".join(f"[{_plain(row.entries[0])}, {_plain(row.entries[1])}]" for row in rows[:2])
            dots = ", …" if rows[2:] else ""
            raise self._fault("this is a vector of decimal commas, or a matrix", brackets,
                              f"write [{vector}{dots and '; …'}] or [{matrix}{dots}]")  # fmt: skip
        return self._stacked(list(decimals), brackets)

    def _stacked(self, entries: Sequence[Value], brackets: Sequence[Token]) -> Array:
        shapes = {entry.shape if isinstance(entry, Array) else () for entry in entries}
        if len(shapes) > 1:
            raise self._fault("the rows of the array are not equally long", brackets,
                              "write as many numbers in each row: [[1, 2], [3, ?]]")  # fmt: skip
        flat: list[Number | None] = []
        for entry in entries:
            if isinstance(entry, Array):
                flat.extend(entry.entries)
            else:
                flat.append(entry)
        return Array((len(entries), *shapes.pop()), flat)

    def _decimals(self, rows: Sequence[_Row], separators: Sequence[Token]) -> list[Number | None] | None:
        """The rows as one number each, with a decimal comma; None if they cannot be read so."""
        found: list[Number | None] = []
        for row, before, behind in zip(rows, separators, separators[1:], strict=False):
            entry: Value = row.entries[0]
            if row.commas:
                touching = (self.text[row.commas[0] - 1] + self.text[row.commas[0] + 1]).isalnum()
                if len(row.entries) != 2 or not touching or not all(isinstance(each, Number) for each in row.entries):
                    return None
                try:
                    entry = self._parse(self.text[before.end_pos : behind.start_pos].strip())
                except GradcliError:
                    return None
            if isinstance(entry, Array):
                return None
            found.append(entry)
        return found

    def _number(self, tokens: Sequence[Token], digits: Token | None, power: int) -> Number:
        """A number from its digits (none: 1) and the power of ten that they are multiplied by."""
        self._refuse_long(tokens)
        value, decimals, places = _scaled("1" if digits is None else digits, power)
        return Number(self._span(tokens), -value if tokens[0].type == "MINUS" else value, decimals, places)

    def _span(self, tokens: Sequence[Token]) -> str:
        return self.text[tokens[0].start_pos : tokens[-1].end_pos]

    def _refuse_long(self, tokens: Sequence[Token]) -> None:
        if (tokens[-1].end_pos or 0) - (tokens[0].start_pos or 0) > LONGEST_NUMBER:
            raise self._fault(f"a number has at most {LONGEST_NUMBER} characters", tokens, "write fewer digits")

    def _fault(self, message: str, tokens: Sequence[Token], hint: str) -> GradcliError:
        return GradcliError("bad-number", message, text=self.text, start=tokens[0].start_pos or 0,
                            end=tokens[-1].end_pos, hint=hint)  # fmt: skip


def _scaled(digits: str, power: int) -> tuple[Fraction, int, int]:
    """The value of digits times a power of ten, the least number of decimals that hold it, and those written."""
    whole, _, part = digits.replace(",", ".").partition(".")
    count, places = int(whole + part), len(part) - power
    value = Fraction(count, 10**places) if places > 0 else Fraction(count * 10**-places)
    written = str(count)
    trailing = len(written) - len(written.rstrip("0")) if count else places
    return value, places - trailing, max(places, 0)


def _is_split_decimal(row: _Row) -> bool:
    """Whether the second of two entries is no number that anybody writes alone: the 05 of `1,05`."""
    second = row.entries[1] if row.commas else None
    return isinstance(second, Number) and len(second.text) > 1 and second.text[0] == "0" and second.text[1].isdigit()


def _plain(entry: Value) -> str:
    return entry.text if isinstance(entry, Number) else "?"
