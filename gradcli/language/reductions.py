"""What the parser does at each reduction: it appends nodes to the flat syntax tree, operands before operations.

Each reduction hands a `Piece` upwards: where its node stands, where its text stands, and in which form it was
written, because `1/2x` and `x^2y` must be refused while `1/(2x)` and `x²y` are fine.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from lark import Token, Transformer

from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical, displayed
from gradcli.language.scope import CONSTANTS, Scope
from gradcli.language.tree import Node, Op, Statement, Variable

_SUPERSCRIPT_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_COMPARISONS: dict[str, Op] = {
    "<": "lt",
    "<=": "le",
    "≤": "le",
    ">": "gt",
    ">=": "ge",
    "≥": "ge",
    "!=": "ne",
    "≠": "ne",
}


class Piece(NamedTuple):
    """A part of the formula that has been read.

    `form` is "juxt" for a product without a sign, "power" for a `^` whose exponent has no brackets, "juxt power" for
    such a product that ends in such a power, "root" for a `√` without brackets, "" for everything else.
    """

    node: int
    start: int
    end: int
    form: str = ""


class Reductions(Transformer[Token, Piece]):
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

    def number(self, children: list[Token]) -> Piece:
        token = children[0]
        written = token.replace("−", "-")
        value = float(written) if written.isascii() else unicodedata.numeric(token)
        if math.isinf(value):
            raise self._refuse("number-too-large", "this number is too large for double precision", _of(token),
                               "the largest number is about 1.8e308")  # fmt: skip
        return self._leaf("number", value, token)

    def constant(self, children: list[Token]) -> Piece:
        return self._leaf("constant", CONSTANTS[canonical(children[0])], children[0])

    def variable(self, children: list[Token]) -> Piece:
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

    def add(self, children: list[Piece]) -> Piece:
        return self._infix("add", children)

    def sub(self, children: list[Piece]) -> Piece:
        return self._infix("sub", children)

    def mul(self, children: list[Piece]) -> Piece:
        return self._infix("mul", children)

    def dot(self, children: list[Piece]) -> Piece:
        return self._infix("dot", children)

    def matmul(self, children: list[Piece]) -> Piece:
        return self._infix("matmul", children)

    def div(self, children: list[Piece]) -> Piece:
        left, _, right = children
        if right.form.startswith("juxt"):
            divided, rest = self._source(left), self._source(right)
            factors = self._factors(right)
            raise self._refuse(
                "ambiguous-product", f"'/{rest}' can be read in two ways", right,
                f"write {divided}/({rest}), or ({divided}/{factors[0]})*{factors[1]}",
            )  # fmt: skip
        return self._infix("div", children)

    def neg(self, children: list[Piece]) -> Piece:
        sign, operand = children
        return self._grow("neg", (operand.node,), sign.start_pos or 0, operand.end)  # type: ignore[attr-defined]

    def pos(self, children: list[Piece]) -> Piece:
        return children[1]

    def power(self, children: list[Piece]) -> Piece:
        base, _, exponent = children
        self._check_root(base)
        grouped = self.text[exponent.end - 1 : exponent.end] in ")）" and self.text[exponent.start] in "(（"
        return self._infix("pow", children)._replace(form="" if grouped else "power")

    def superscript(self, children: list[Piece]) -> Piece:
        base, token = children
        self._check_root(base)
        return self._to_the(base, token)  # type: ignore[arg-type]

    def juxtapose(self, children: list[Piece]) -> Piece:
        left, _, right = children
        if left.form.endswith("power"):
            one, other = self._source(left), self._source(right)
            base, _, exponent = one.rpartition("^") if "^" in one else one.rpartition("**")
            raise self._refuse(
                "ambiguous-product", f"'{self.text[left.start : right.end]}' can be read in two ways",
                Piece(0, left.start, right.end), f"write {one}*{other}, or {base.rstrip('*')}^({exponent}*{other})",
            )  # fmt: skip
        if left.form.endswith("root"):
            raise self._refuse(
                "ambiguous-product", f"'{self.text[left.start : right.end]}' can be read in two ways",
                Piece(0, left.start, right.end), "write the brackets of the root: √(...)",
            )  # fmt: skip
        tail = f"juxt {right.form}".strip() if right.form in ("power", "root") else "juxt"
        return self._infix("dot", children)._replace(form=tail)

    def transpose(self, children: list[Piece]) -> Piece:
        operand, token = children
        return self._grow("transpose", (operand.node,), operand.start, token.end_pos)  # type: ignore[attr-defined]

    def dot_call(self, children: list[Piece]) -> Piece:
        left, _, right, close = children
        return self._grow("matmul", (left.node, right.node), left.start, close.end_pos)  # type: ignore[attr-defined]

    def group(self, children: list[Piece]) -> Piece:
        opened, inner, closed = children
        return Piece(inner.node, opened.start_pos, closed.end_pos)  # type: ignore[attr-defined]

    def absolute(self, children: list[Piece]) -> Piece:
        opened, inner, closed = children
        return self._grow("call", (inner.node,), opened.start_pos, closed.end_pos, "abs")  # type: ignore[attr-defined]

    def norm(self, children: list[Piece]) -> Piece:
        opened, inner, closed = children
        return self._grow("norm", (inner.node,), opened.start_pos, closed.end_pos)  # type: ignore[attr-defined]

    def root(self, children: list[Piece]) -> Piece:
        sign, inner = children
        piece = self._grow("call", (inner.node,), sign.start_pos, inner.end, "sqrt")  # type: ignore[attr-defined]
        return piece._replace(form="" if self.text[inner.start] in "(（" else "root")

    def compare(self, children: list[Piece]) -> Piece:
        return self._infix(_COMPARISONS[str(children[1])], children)

    # --- functions --------------------------------------------------------------------------------------------------

    def arguments(self, children: list[Piece]) -> list[Piece]:
        return [child for child in children if isinstance(child, Piece)]

    def call(self, children: list[Piece]) -> Piece:
        name: Token = children[0]  # type: ignore[assignment]
        operands: Sequence[Piece] = children[2] if len(children) == 4 else ()  # type: ignore[assignment]
        return self._call(name, operands, children[-1].end_pos)  # type: ignore[attr-defined]

    def apply(self, children: list[Piece]) -> Piece:
        name, operand = children
        return self._call(name, [operand], operand.end)  # type: ignore[arg-type]

    def apply_power(self, children: list[Piece]) -> Piece:
        name, token, operand = children[0], children[-2], children[-1]
        return self._to_the(self._call(name, [operand], operand.end), token)  # type: ignore[arg-type]

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
        return self._refuse("wrong-count", f"'{displayed(name)}' takes {wanted}, and here {_stand(given)}",
                            Piece(0, name.start_pos or 0, end),
                            f"gradcli rules {displayed(name)} shows how it is written"
                            if canonical(name) not in self.scope.functions else "see its definition")  # fmt: skip

    # --- statements -------------------------------------------------------------------------------------------------

    def parameters(self, children: list[Token]) -> list[str]:
        return [displayed(token) for token in children if token.type == "PARAMETER"]

    def assign(self, children: list[Piece]) -> Piece:
        name, _, value = children
        place = self._state("assign", displayed(name), (), value, name.start_pos)  # type: ignore[arg-type, attr-defined]
        self.scope.assigned[canonical(name)] = place  # type: ignore[arg-type]
        return value

    def define(self, children: list[Piece]) -> Piece:
        return self._define("define", children)

    def define_gate(self, children: list[Piece]) -> Piece:
        return self._define("gate", children[1:])

    def _define(self, kind: str, children: list[Piece]) -> Piece:
        name, parameters, value = children[0], children[2], children[-1]
        place = self._state(kind, displayed(name), tuple(parameters), value, name.start_pos)  # type: ignore[arg-type, attr-defined]
        self.scope.functions[canonical(name)] = place  # type: ignore[arg-type]
        return value

    def output(self, children: list[Piece]) -> Piece:
        self._state("output", None, (), children[0], children[0].start)
        return children[0]

    def _state(self, kind: str, name: str | None, parameters: tuple[object, ...], value: Piece, start: int) -> int:
        if self.statements and self.statements[-1].kind == "output":
            last = self.statements[-1]
            raise self._refuse("nameless-statement", "only the last statement may stand without a name",
                               Piece(0, last.start, last.end), "name its value: q = ...")  # fmt: skip
        statement = Statement(kind, name, parameters, self._first, value.node, start, value.end)  # type: ignore[arg-type]
        self._first = len(self.nodes)
        self.statements.append(statement)
        return len(self.statements) - 1

    def program(self, children: list[Piece]) -> Piece:
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
        return children[-1]

    def _parameter_as_variable(self, node: Node, name: str) -> Node:
        key = canonical(name)
        if key in self.scope.assigned:
            return node._replace(op="ref", value=self.scope.assigned[key])
        return node._replace(op="input", value=self._input(name, key, node.start, node.end))

    # --- the tree ---------------------------------------------------------------------------------------------------

    def _grow(self, op: Op, args: tuple[int, ...], start: int, end: int, value: float | str | None = None) -> Piece:
        self.nodes.append(Node(op, args, value, start, end))
        return Piece(len(self.nodes) - 1, start, end)

    def _leaf(self, op: Op, value: float | str, token: Token) -> Piece:
        return self._grow(op, (), token.start_pos or 0, token.end_pos or 0, value)

    def _infix(self, op: Op, children: list[Piece]) -> Piece:
        left, right = children[0], children[-1]
        return self._grow(op, (left.node, right.node), left.start, right.end)

    def _to_the(self, base: Piece, token: Token) -> Piece:
        exponent = self._leaf("number", abs(float(token.translate(_SUPERSCRIPT_DIGITS))), token)
        if "⁻" in token:
            exponent = self._grow("neg", (exponent.node,), exponent.start, exponent.end)
        return self._grow("pow", (base.node, exponent.node), base.start, max(base.end, exponent.end))

    def _source(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end]

    def _factors(self, piece: Piece) -> tuple[str, str]:
        """The two factors of a juxtaposed product as they were written."""
        left, right = (self.nodes[place] for place in self.nodes[piece.node].args)
        cut = right.start
        while cut > left.end and self.text[cut - 1] in "(（√":
            cut -= 1
        return self.text[piece.start : cut].strip(), self.text[cut : piece.end].strip()

    def _check_root(self, base: Piece) -> None:
        if base.form == "root":
            inner = self.text[base.start + 1 : base.end]
            raise self._refuse("ambiguous-product", "a power behind a root can be read in two ways", base,
                               f"write √({inner}^...), or (√{inner})^...")  # fmt: skip

    def _refuse(self, code: str, message: str, piece: Piece, hint: str) -> GradcliError:
        return GradcliError(code, message, text=self.text, start=piece.start, end=piece.end, hint=hint)


def _of(token: Token) -> Piece:
    return Piece(0, token.start_pos or 0, token.end_pos or 0)


def _stand(count: int) -> str:
    return "stands none" if count == 0 else "stands 1" if count == 1 else f"stand {count}"
