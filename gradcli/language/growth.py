"""The growing syntax tree: nodes are appended, operands before operations, and pieces tell where they are.

Each reduction of the parser hands a `Piece` upwards: where its node stands, where its text stands, and where its parts
were cut, because `1/2x` and `x^2y` must be refused while `1/(2x)` and `x²y` are fine.
"""

from __future__ import annotations

import math
import unicodedata
from typing import Any, NamedTuple

from lark import Token, Transformer

from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical, displayed
from gradcli.language.refusals import quoted
from gradcli.language.scope import CONSTANTS, Scope
from gradcli.language.tree import Declaration, Node, Op, Statement, Variable

_SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

Children = list[Any]
"""Pieces and tokens, in the order of the rule in the grammar."""


class Piece(NamedTuple):
    """A part of the formula that has been read; brackets around it make a new piece without the last three.

    Attributes:
        node: its place in the syntax tree.
        start: where its text begins.
        end: the offset behind its text.
        cut: for a product without a sign (2x), the offset behind its first factor; for a comparison, behind its sign.
        exponent: if it ends in a `^` whose exponent has no brackets, where that exponent begins.
        root: if it ends in a `√` without brackets, where that sign stands.
    """

    node: int
    start: int
    end: int
    cut: int | None = None
    exponent: int | None = None
    root: int | None = None


class Growth(Transformer[Token, Any]):
    """The tree of one formula at a time, and what puts leaves on it."""

    def begin(self, text: str, scope: Scope) -> None:
        """Get ready for a new formula."""
        self.text = text
        self.scope = scope
        self.nodes: list[Node] = []
        self.statements: list[Statement] = []
        self.declarations: list[Declaration] = []
        self.inputs: dict[str, Variable] = {}
        self._places: dict[str, int] = {}
        self._first = 0

    # --- leaves -----------------------------------------------------------------------------------------------------

    def number(self, children: Children) -> Piece:
        """A number as it is written."""
        token = children[0]
        return self._number(_value(token), token)

    def _number(self, value: float, token: Token) -> Piece:
        if math.isinf(value):
            raise self._refuse("number-too-large", "this number is too large for double precision",
                               self._place_of(token), "the largest number is about 1.8e308")  # fmt: skip
        return self._leaf("number", value, token)

    def constant(self, children: Children) -> Piece:
        """A constant that no variable hides."""
        return self._leaf("constant", CONSTANTS[canonical(children[0])], children[0])

    def variable(self, children: Children) -> Piece:
        """A name: a parameter, a value that the formula has assigned, or an input."""
        token = children[0]
        key = canonical(token)
        if key in self.scope.parameters:
            return self._leaf("parameter", self.scope.parameters[key], token)
        if key in self.scope.assigned:
            return self._leaf("ref", self.scope.assigned[key], token)
        return self._leaf("input", self._input(displayed(token), key, token.start_pos or 0, token.end_pos or 0), token)

    def _input(self, name: str, key: str, start: int, end: int) -> int:
        if key not in self.inputs:
            self._places[key] = len(self.inputs)
            self.inputs[key] = Variable(name, key, start, end)
        return self._places[key]

    # --- inner nodes ------------------------------------------------------------------------------------------------

    def _grow(self, op: Op, args: tuple[int, ...], start: int, end: int, value: float | str | None = None) -> Piece:
        self.nodes.append(Node(op, args, value, start, end))
        return Piece(len(self.nodes) - 1, start, end)

    def _leaf(self, op: Op, value: float | str, token: Token) -> Piece:
        return self._grow(op, (), token.start_pos or 0, token.end_pos or 0, value)

    def _infix(self, op: Op, children: Children) -> Piece:
        left, right = children[0], children[-1]
        return self._grow(op, (left.node, right.node), left.start, right.end)

    def _to_the(self, base: Piece, token: Token) -> Piece:
        exponent = self._number(abs(_value(token.translate(_SUPERSCRIPT_DIGITS))), token)
        if "⁻" in token:
            exponent = self._grow("neg", (exponent.node,), exponent.start, exponent.end)
        return self._grow("pow", (base.node, exponent.node), base.start, max(base.end, exponent.end))

    def _source(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end]

    def _check_root(self, base: Piece, end: int) -> None:
        """Refuse √x²: the power may belong to x or to its root."""
        if base.root is not None:
            inner, power = (
                quoted(self.text[base.root + 1 : base.end].strip()),
                quoted(self.text[base.end : end].strip()),
            )
            raise self._two_ways("ambiguous-power", base.start, end, f"write √({inner}{power}), or (√{inner}){power}")

    def _two_ways(self, code: str, start: int, end: int, hint: str) -> GradcliError:
        source = quoted(self.text[start:end])
        return self._refuse(code, f"'{source}' can be read in two ways", Piece(0, start, end), hint)

    def _refuse(self, code: str, message: str, piece: Piece, hint: str) -> GradcliError:
        return GradcliError(code, message, text=self.text, start=piece.start, end=piece.end, hint=hint)

    def _place_of(self, token: Token) -> Piece:
        return Piece(0, token.start_pos or 0, token.end_pos or 0)


def _value(written: str) -> float:
    """The number that a token spells, with whatever minus sign, or as a fraction like ½."""
    written = written.replace("−", "-")
    return float(written) if written.isascii() else unicodedata.numeric(written)
