"""What the parser does at each reduction: operations and statements; calls and vectors have a room of their own."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from gradcli.language.blocks import EXAMPLE, Operand, Slope, in_order
from gradcli.language.calls import Calls
from gradcli.language.growth import Children, Piece
from gradcli.language.names import canonical, displayed
from gradcli.language.refusals import quoted
from gradcli.language.tree import LARGEST_ARRAY, MOST_AXES, Declaration, Kind, Node, Op, Statement

_OPENING, _CLOSING = "(（", ")）"
_COMPARISONS: dict[str, Op] = {
    "<": "lt", "<=": "le", "≤": "le", ">": "gt", ">=": "ge", "≥": "ge", "!=": "ne", "≠": "ne",
}  # fmt: skip
_INDEX = str.maketrans("₀₁₂₃₄₅₆₇₈₉∗", "0123456789*", "_{}")
_NORMS = {"1": "norm1", "2": "norm", "F": "norm", "∞": "norminf", "inf": "norminf", "infty": "norminf", "*": "nuclear"}


class Reductions(Calls):
    """The callbacks of the parser for one formula at a time."""

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
            times = self.scope.times(self.text[left.start : right.end])
            raise self._two_ways("ambiguous-product", sign.start_pos, right.end,
                                 f"write {one}/({whole}), or ({one}/{first}){times}{rest}")  # fmt: skip
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
        if left.exponent is not None or left.root is not None:
            times = self.scope.times(self.text[left.start : right.end])
        if left.exponent is not None:
            other, base = quoted(self._source(right)), quoted(self.text[left.start : left.exponent])
            exponent = quoted(self.text[left.exponent : left.end])
            raise self._two_ways(
                "ambiguous-product", left.start, right.end,
                f"write {base}{exponent}{times}{other}, or {base}({exponent}{times}{other})",
            )  # fmt: skip
        if left.root is not None:
            inner, other = quoted(self.text[left.root + 1 : left.end].strip()), quoted(self._source(right))
            raise self._two_ways("ambiguous-product", left.root, right.end,
                                 f"write √({inner}){times}{other}, or √({inner}{times}{other})")  # fmt: skip
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
        opened, inner = children[:2]
        start, end = opened.start_pos, children[-1].end_pos
        if len(children) == 3:
            return self._grow("norm", (inner.node,), start, end)
        index = children[3].translate(_INDEX)
        name = _NORMS.get(index)
        if name == "norm":
            return self._grow("norm", (inner.node,), start, end, "2" if index == "2" else None)
        operation = None if name is None else self.scope.vocabulary.resolve(name, 1)
        if operation is None:
            raise self._refuse("unknown-function", f"a norm with the index {quoted(index)} is not read here",
                               self._place_of(children[3]), "write ‖x‖ for the norm, ‖x‖₁ or ‖x‖_∞, and "
                               f"normp({quoted(self._source(inner))}, {quoted(index)}) for another one")  # fmt: skip
        return self._grow("call", (inner.node,), start, end, operation)

    def root(self, children: Children) -> Piece:
        sign, inner = children
        piece = self._grow("call", (inner.node,), sign.start_pos, inner.end, "sqrt")
        return piece._replace(root=None if self.text[inner.start] in _OPENING else piece.start)

    def compare(self, children: Children) -> Piece:
        sign = children[1]
        return self._infix(_COMPARISONS[str(sign)], children)._replace(cut=sign.end_pos)

    def chain(self, children: Children) -> Piece:
        left, sign, right = children
        middle = quoted(self.text[left.cut : left.end].strip())
        one, other = quoted(self._source(left)), f"{middle} {sign} {quoted(self._source(right))}"
        raise self._refuse("comparison-chain", "a comparison has two sides, and here stand three", Piece(
            0, left.start, right.end), f"write ({one})*({other}) if both must hold")  # fmt: skip

    # --- statements -------------------------------------------------------------------------------------------------

    def parameters(self, children: Children) -> list[str]:
        return [displayed(token) for token in children if token.type == "PARAMETER"]

    def assign(self, children: Children) -> Piece:
        name: Token = children[0]
        value: Piece = children[2]
        place = self._state("assign", displayed(name), (), value, name.start_pos or 0)
        self.scope.assigned[canonical(name)] = place
        return value

    def operands(self, children: Children) -> list[Operand]:
        return [Operand(token, self.variable([token])) for token in children if token.type == "OPERAND"]

    def derivative(self, children: Children) -> Slope:
        names = [child for child in children[:-1] if child.type == "NAMED"]
        return Slope(names[0] if len(names) == 2 else None, names[-1], children[-1])

    def derivatives(self, children: Children) -> list[Slope]:
        return [child for child in children if isinstance(child, Slope)]

    def block(self, children: Children) -> Piece:
        start, name, operands, number = children[0].start_pos or 0, children[1], children[3], children[6]
        slopes: list[Slope] = children[8] if len(children) == 9 else []
        end = max(number.end, *(slope.number.end for slope in slopes)) if slopes else number.end
        numbers = [number, *in_order(self.text, name, operands, slopes, end)]
        for node in self.nodes[operands[-1].piece.node + 1 :]:
            if node.op == "input":
                written = quoted(self.text[node.start : node.end])
                raise self._refuse("bad-block", f"a block states numbers, and '{written}' is none",
                                   Piece(0, node.start, node.end), f"write the number: {EXAMPLE}")  # fmt: skip
        places = [*(operand.piece.node for operand in operands), *(piece.node for piece in numbers)]
        value = self._grow("block", tuple(places), number.start, end, displayed(name))
        self.scope.assigned[canonical(name)] = self._state("assign", displayed(name), (), value, start)
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

    def shape(self, children: Children) -> tuple[list[Token], int]:
        return [token for token in children if token.type == "NUMBER"], children[-1].end_pos

    def declare(self, children: Children) -> Piece:
        name, _, (sizes, end) = children
        key, shown = canonical(name), quoted(displayed(name))
        start = name.start_pos or 0
        whole = Piece(0, start, end)
        if key in self.scope.declared:
            raise self._refuse("declaration", f"'{shown}' is declared twice", whole, "keep one of the declarations")
        if key in self.scope.assigned or key in self.inputs:
            done = "assigned" if key in self.scope.assigned else "used"
            raise self._refuse("declaration", f"'{shown}' is {done} before it is declared", whole,
                               "declare it first" if done == "used" else "leave the declaration away, or take another "
                               "name")  # fmt: skip
        shape = self._sizes(shown, sizes, whole)
        self.scope.declared.add(key)
        if shape:
            self.scope.arrays.add(key)
        self.declarations.append(Declaration(displayed(name), key, shape, start, whole.end))
        return whole

    def _sizes(self, name: str, sizes: Sequence[Token], whole: Piece) -> tuple[int, ...]:
        if len(sizes) > MOST_AXES:
            raise self._refuse("declaration", f"'{name}' has {len(sizes)} axes, and {MOST_AXES} are the most", whole,
                               "give it fewer axes")  # fmt: skip
        total, shape = 1, []
        for size in sizes:
            number = int(size[-12:]) if len(size) <= 12 else LARGEST_ARRAY + 1  # a text of any length is a number
            if number < 1:
                raise self._refuse("declaration", "an axis has a whole number of entries, at least 1",
                                   self._place_of(size), f"write {name} ~ () for a number")  # fmt: skip
            shape.append(number)
            total *= number
        if total > LARGEST_ARRAY:
            counted = f"{total:,}" if max(map(len, sizes)) <= 12 else "too many"
            raise self._refuse("declaration", f"'{name}' has {counted} entries, and {LARGEST_ARRAY:,} are the most",
                               whole, "make it smaller")  # fmt: skip
        return tuple(shape)

    def program(self, children: Children) -> Children:
        """The end: a definition that stands last is itself the output, at the values of its parameters."""
        if not self.statements:
            return children
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
