"""The syntax tree of a formula, stored flat.

Nodes stand in one list, operands before the operation that uses them (postorder), so whoever reads the tree needs a
loop and no recursion, however deep the formula is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Op = Literal[
    "number", "constant", "input", "ref", "parameter",
    "add", "sub", "mul", "dot", "matmul", "div", "pow", "neg", "transpose", "norm",
    "lt", "le", "gt", "ge", "ne", "call", "invoke", "vector", "index", "slice", "keyword", "entries",
    "block",
]  # fmt: skip


LARGEST_ARRAY = 10_000_000
"""Entries that one array may have that is bound, read from a file or declared."""

MOST_AXES = 8
"""Axes that such an array may have."""

Kind = Literal["assign", "define", "gate", "output"]


class Node(NamedTuple):
    """One place of the syntax tree.

    `value` depends on `op`: the number of a "number", the name of a "constant" or a called operation ("call"), the
    place in `Formula.inputs` of an "input", the place in `Formula.statements` of a "ref" (an assigned name) or an
    "invoke" (a function the user defined), the place in the parameter list of a "parameter", the name of a "keyword"
    (`axis` in `sum(X, axis=0)`), which parts of a "slice" are present; None otherwise.

    The entries of a "vector" are its operands, which may be vectors. An "index" has what is indexed as its first
    operand and the selectors behind it: expressions and slices. The operands of a slice are its parts that are
    written, among start, stop and step, and its value has a letter for each of them: "a", "b" and "c" (`1:` is "a",
    `::2` is "c"). Keywords are the last operands of a "call".

    A "block" is a node whose function is not given. Its value is its name; its operands are what it depends on, then
    the number that it is, then its derivatives, one for each of the former.

    "entries" is what becomes of the vector in `concat([x, y])`: a list whose entries are arguments of their own. It has
    no value, no operands, and nothing uses it.
    """

    op: Op
    args: tuple[int, ...]
    value: float | str | int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; its nodes are `nodes[first : root + 1]` of the formula.

    Attributes:
        kind: "assign" (`q = x + y`), "define" (`a(z) = relu(z)`), "gate" (the same as one gate) or "output".
        name: the name before the `=`, as typed; None for a bare expression.
        parameters: names of the parameters of a definition, as typed.
    """

    kind: Kind
    name: str | None
    parameters: tuple[str, ...]
    first: int
    root: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that the formula does not assign: its value comes from outside.

    Attributes:
        name: as typed where it first stands.
        key: the canonical form, which binds it.
        start: where it first stands.
        end: the offset behind it.
    """

    name: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """An input whose shape the formula states (`W ~ (3, 2)`).

    Attributes:
        name: as typed.
        key: the canonical form.
        shape: the sizes of its axes; empty for a number.
        start: where the declaration begins.
        end: the offset behind it.
    """

    name: str
    key: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read.

    Attributes:
        text: what was typed.
        nodes: the syntax tree, in postorder.
        statements: in the order of the text; the output is the last one.
        inputs: the variables in the order in which they first stand in the text.
        notes: what the reader decided and the writer should know ("read x1x2 as x1·x2").
        bound: canonical names that had a value from outside, used or not; empty if that was not known.
        declarations: the inputs whose shapes the formula states, used or not.
    """

    text: str
    nodes: tuple[Node, ...]
    statements: tuple[Statement, ...]
    inputs: tuple[Variable, ...]
    notes: tuple[str, ...]
    bound: frozenset[str] = frozenset()
    declarations: tuple[Declaration, ...] = ()

    @property
    def output(self) -> Statement:
        """The statement whose value is the formula's value."""
        return self.statements[-1]
