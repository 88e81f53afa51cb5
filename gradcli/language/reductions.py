"""What the parser does at each reduction: it appends nodes to the flat syntax tree, operands before operations.

Each reduction hands a `Piece` upwards: where its node stands, where its text stands, and where its parts were cut,
because `1/2x` and `x^2y` must be refused while `1/(2x)` and `x²y` are fine.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from lark import Token, Transformer

from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical, displayed
from gradcli.language.refusals import quoted
from gradcli.language.scope import CONSTANTS, Scope
from gradcli.language.tree import Kind, Node, Op, Statement, Variable

_SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_OPENING, _CLOSING = "(（", ")）"
_COMPARISONS: dict[str, Op] = {
    "<": "lt", "<=": "le", "≤": "le", ">": "gt", ">=": "ge", "≥": "ge", "!=": "ne", "≠": "ne",
}  # fmt: skip


Children = list[Any]
"""Pieces and tokens, in the order of the rule in the grammar."""


class Piece(NamedTuple):
    """A part of the formula that has been read; brackets around it make a new piece without the last three.

    Attributes:
        node: its place in the syntax tree.
        start: where its text begins.
        end: the offset behind its text.
        cut: for a product without a sign (2x), the offset behind its first factor.
        exponent: if it ends in a `^` whose exponent has no brackets, where that exponent begins.
        root: if it ends in a `√` without brackets, where that sign stands.
    """

    node: int
    start: int
    end: int
    cut: int | None = None
    exponent: int | None = None
    root: int | None = None


class Reductions(Transformer[Token, Any]):
    """The callbacks of the parser for one formula at a time."""

    def begin(self, text: str, scope: Scope) -> None:
        """Get ready for a new formula."""
        self.text = text
        self.scope = scope
        self.nodes: list[Node] = []
        self.statements: list[Statement] = []
        self.inputs: dict[str, Variable] = {}
        self._places: dict[str, int] = {}
        self._first = 0

    # --- leaves -----------------------------------------------------------------------------------------------------

    def number(self, children: Children) -> Piece:
        token = children[0]
        return self._number(_value(token), token)

    def _number(self, value: float, token: Token) -> Piece:
        if math.isinf(value):
            raise self._refuse("number-too-large", "this number is too large for double precision", _of(token),
                               "the largest number is about 1.8e308")  # fmt: skip
        return self._leaf("number", value, token)

    def constant(self, children: Children) -> Piece:
        return self._leaf("constant", CONSTANTS[canonical(children[0])], children[0])

    def variable(self, children: Children) -> Piece:
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

    # --- operations -------------------------------------------------------------------------------------------------

    def add(self, children: Children) -> Piece:
        return self._infix("add", children)

    def sub(self, children: Children) -> Piece:
        return self._infix("sub", children)

    def mul(self, children: Children) -> Piece:
        return self._infix("mul", children)

    def dot(self, children: Children) -> Piece:
        return self._infix("dot", children)

    def matmul(self, children: Children) -> Piece:
        return self._infix("matmul", children)

    def div(self, children: Children) -> Piece:
        left, sign, right = children
        if right.cut is not None:
            one, whole = quoted(self._source(left)), quoted(self._source(right))
            first = quoted(self.text[right.start : right.cut])
            rest = quoted(self.text[right.cut : right.end].strip())
            raise self._two_ways("ambiguous-product", sign.start_pos, right.end,
                                 f"write {one}/({whole}), or ({one}/{first})*{rest}")  # fmt: skip
        return self._infix("div", children)

    def neg(self, children: Children) -> Piece:
        sign, operand = children
        piece = self._grow("neg", (operand.node,), sign.start_pos or 0, operand.end)
        return piece._replace(cut=operand.cut)

    def pos(self, children: Children) -> Piece:
        operand: Piece = children[1]
        return operand

    def power(self, children: Children) -> Piece:
        base, _, exponent = children
        self._check_root(base, exponent.end)
        grouped = self.text[exponent.start] in _OPENING and self.text[exponent.end - 1] in _CLOSING
        return self._infix("pow", children)._replace(exponent=None if grouped else exponent.start)

    def superscript(self, children: Children) -> Piece:
        base, token = children
        self._check_root(base, token.end_pos)
        return self._to_the(base, token)

    def juxtapose(self, children: Children) -> Piece:
        left, _, right = children
        if left.exponent is not None:
            other, base = quoted(self._source(right)), quoted(self.text[left.start : left.exponent])
            exponent = quoted(self.text[left.exponent : left.end])
            raise self._two_ways(
                "ambiguous-product", left.start, right.end,
                f"write {base}{exponent}*{other}, or {base}({exponent}*{other})",
            )  # fmt: skip
        if left.root is not None:
            inner, other = quoted(self.text[left.root + 1 : left.end].strip()), quoted(self._source(right))
            raise self._two_ways("ambiguous-product", left.root, right.end,
                                 f"write √({inner})*{other}, or √({inner}*{other})")  # fmt: skip
        cut = left.end if left.cut is None else left.cut
        return self._infix("dot", children)._replace(cut=cut, exponent=right.exponent, root=right.root)

    def transpose(self, children: Children) -> Piece:
        operand, token = children
        return self._grow("transpose", (operand.node,), operand.start, token.end_pos)

    def dot_call(self, children: Children) -> Piece:
        left, _, right, close = children
        return self._grow("matmul", (left.node, right.node), left.start, close.end_pos)

    def group(self, children: Children) -> Piece:
        opened, inner, closed = children
        return Piece(inner.node, opened.start_pos, closed.end_pos)

    def absolute(self, children: Children) -> Piece:
        opened, inner, closed = children
        return self._grow("call", (inner.node,), opened.start_pos, closed.end_pos, "abs")

    def norm(self, children: Children) -> Piece:
        opened, inner, closed = children
        return self._grow("norm", (inner.node,), opened.start_pos, closed.end_pos)

    def root(self, children: Children) -> Piece:
        sign, inner = children
        piece = self._grow("call", (inner.node,), sign.start_pos, inner.end, "sqrt")
        return piece._replace(root=None if self.text[inner.start] in _OPENING else piece.start)

    def compare(self, children: Children) -> Piece:
        return self._infix(_COMPARISONS[str(children[1])], children)

    # --- functions --------------------------------------------------------------------------------------------------

    def arguments(self, children: Children) -> list[Piece]:
        return [child for child in children if isinstance(child, Piece)]

    def call(self, children: Children) -> Piece:
        name: Token = children[0]
        operands: Sequence[Piece] = children[2] if len(children) == 4 else ()
        return self._call(name, operands, children[-1].end_pos)

    def apply(self, children: Children) -> Piece:
        name, operand = children
        return self._call(name, [operand], operand.end)

    def apply_power(self, children: Children) -> Piece:
        name, token, operand = children[0], children[-2], children[-1]
        return self._to_the(self._call(name, [operand], operand.end), token)

    def _call(self, name: Token, operands: Sequence[Piece], end: int) -> Piece:
        args = tuple(operand.node for operand in operands)
        start = name.start_pos or 0
        defined = self.scope.functions.get(canonical(name))
        if defined is not None:
            wanted = len(self.statements[defined].parameters)
            if len(args) != wanted:
                raise self._wrong_count(name, end, f"{wanted} operand{'s' * (wanted != 1)}", len(args))
            return self._grow("invoke", args, start, end, defined)
        operation = self.scope.vocabulary.resolve(name, len(args))
        if operation is None:
            raise self._wrong_count(name, end, self.scope.vocabulary.counts(name), len(args))
        return self._grow("call", args, start, end, operation)

    def _wrong_count(self, name: Token, end: int, wanted: str, given: int) -> GradcliError:
        shown = quoted(displayed(name))
        defined = self.scope.functions.get(canonical(name))
        if defined is None:
            hint = f"gradcli rules {shown} shows how it is written"
        else:
            hint = f"write {shown}({quoted(', '.join(self.statements[defined].parameters))})"
        return self._refuse("wrong-count", f"'{shown}' takes {wanted}, and here {_stand(given)}",
                            Piece(0, name.start_pos or 0, end), hint)  # fmt: skip

    # --- statements -------------------------------------------------------------------------------------------------

    def parameters(self, children: Children) -> list[str]:
        return [displayed(token) for token in children if token.type == "PARAMETER"]

    def assign(self, children: Children) -> Piece:
        name: Token = children[0]
        value: Piece = children[2]
        place = self._state("assign", displayed(name), (), value, name.start_pos or 0)
        self.scope.assigned[canonical(name)] = place
        return value

    def define(self, children: Children) -> Piece:
        return self._define("define", children)

    def define_gate(self, children: Children) -> Piece:
        return self._define("gate", children[1:])

    def _define(self, kind: Kind, children: Children) -> Piece:
        name: Token = children[0]
        parameters: list[str] = children[2]
        value: Piece = children[-1]
        place = self._state(kind, displayed(name), tuple(parameters), value, name.start_pos or 0)
        self.scope.functions[canonical(name)] = place
        return value

    def output(self, children: Children) -> Piece:
        value: Piece = children[0]
        self._state("output", None, (), value, value.start)
        return value

    def _state(self, kind: Kind, name: str | None, parameters: tuple[str, ...], value: Piece, start: int) -> int:
        if self.statements and self.statements[-1].kind == "output":
            last = self.statements[-1]
            raise self._refuse("nameless-statement", "only the last statement may stand without a name",
                               Piece(0, last.start, last.end),
                               "name its value: q = ...; or put the lines together if they are one")  # fmt: skip
        statement = Statement(kind, name, parameters, self._first, value.node, start, value.end)
        self._first = len(self.nodes)
        self.statements.append(statement)
        return len(self.statements) - 1

    def program(self, children: Children) -> Children:
        """The end: a definition that stands last is itself the output, at the values of its parameters."""
        last = self.statements[-1]
        if last.kind in ("define", "gate"):
            self.scope.functions.pop(canonical(last.name or ""), None)
            for place in range(last.first, last.root + 1):
                node = self.nodes[place]
                if node.op == "parameter":
                    name = last.parameters[int(node.value or 0)]
                    self.nodes[place] = self._parameter_as_variable(node, name)
            self.statements[-1] = Statement("assign", last.name, (), last.first, last.root, last.start, last.end)
            self._sort_inputs()
        return children

    def _parameter_as_variable(self, node: Node, name: str) -> Node:
        key = canonical(name)
        if key in self.scope.assigned:
            return node._replace(op="ref", value=self.scope.assigned[key])
        return node._replace(op="input", value=self._input(name, key, node.start, node.end))

    def _sort_inputs(self) -> None:
        """Bring the variables back into the order of the text: parameters became some after all the others."""
        ordered = sorted(self.inputs.values(), key=lambda variable: variable.start)
        places = {self._places[variable.key]: place for place, variable in enumerate(ordered)}
        self.nodes = [n._replace(value=places[int(n.value or 0)]) if n.op == "input" else n for n in self.nodes]
        self.inputs = {variable.key: variable for variable in ordered}

    # --- the tree ---------------------------------------------------------------------------------------------------

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


def _value(written: str) -> float:
    """The number that a token spells, with whatever minus sign, or as a fraction like ½."""
    written = written.replace("−", "-")
    return float(written) if written.isascii() else unicodedata.numeric(written)


def _of(token: Token) -> Piece:
    return Piece(0, token.start_pos or 0, token.end_pos or 0)


def _stand(count: int) -> str:
    return "stands none" if count == 0 else "stands 1" if count == 1 else f"stand {count}"
