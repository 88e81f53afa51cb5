"""Which gate an operation on vectors and matrices becomes: products, transposes, indices, reductions.

A vector is a column. Transposed it is a row: the gate `as_row` on it, which stands at the outside of whatever is
computed with rows, so that xᵀAy needs no gate for the transposition itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gradcli.graph.settings import settle
from gradcli.graph.tape import ArrayGate
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.shape import Mismatch, Shape, broadcast

if TYPE_CHECKING:
    from gradcli.graph.gatesets import Lecture

Operands = tuple[int, ...]


def emit_array(writer: Lecture, operation: str, operands: Operands, settings: Mapping[str, Any]) -> int:
    """The slot of an operation that is no plain operation on numbers.

    Raises:
        Mismatch: the shapes of the operands do not fit.
    """
    special = _SPECIAL.get(operation)
    if special is not None:
        return special(writer, *operands)
    rule = ARRAY_RULES[operation]
    if operation == "diag" and len(_shape(writer, operands[0])) == 2:
        rule = ARRAY_RULES["diagonal"]
    operands, known = settle(writer.builder, rule, operands, settings)
    operands = tuple(_column(writer, operand) for operand in operands)
    if rule.scalar is not None and operands and not any(_shape(writer, operand) for operand in operands):
        if known.get("axis") is not None:
            raise Mismatch("it has no axes", "leave the axis away")
        return writer.emit(rule.scalar, operands) if rule.scalar else operands[0]
    return gate(writer, rule.name, operands, **known)


def gate(writer: Lecture, name: str, operands: Operands, **settings: Any) -> int:
    """The slot of an array rule on operands, with all its settings."""
    rule = ARRAY_RULES[name]
    given = tuple((key, settings.get(key, default)) for key, default in rule.settings)
    return writer.apply_array(ArrayGate(rule, given), operands)


def elementwise(writer: Lecture, name: str, operands: Operands, operation: Callable[[Operands], int]) -> int:
    """The slot of an operation on numbers, entry by entry; what is done to rows gives a row.

    Raises:
        Mismatch: the operands do not fit, they fit only by making a matrix of two vectors, or it is the power −1 of a
            matrix, which may mean its inverse.
    """
    shapes = [_shape(writer, operand) for operand in operands]
    if name == "pow" and list(map(len, shapes)) == [2, 0] and writer.builder.constants.get(operands[1]) == -1:
        raise Mismatch("its power −1 can be read in two ways", "write inv({0}) for the inverse, 1/{0} for the "
                       "reciprocal of each entry")  # fmt: skip
    lying = [_is_row(writer, operand) for operand in operands]
    if any(lying):
        if all(row or not shape for row, shape in zip(lying, shapes, strict=True)):
            return _row(writer, operation(tuple(_column(writer, operand) for operand in operands)))
        if any(len(shape) == 1 for shape in shapes):
            raise Mismatch("one is a row and the other a column", "did you mean {0} @ {1}?" if name == "mul" else
                           "write both with the transpose, or both without")  # fmt: skip
    try:
        whole = broadcast(*shapes)
    except Mismatch as mismatch:
        raise Mismatch(mismatch.reason, _repair(*shapes[:2])) from None
    if len(whole) == 2 and whole not in shapes and any(len(shape) == 1 for shape in shapes):
        upright = next((f"{{{place}}}" for place, shape in enumerate(shapes) if shape[1:] == (1,)), None)
        raise Mismatch("together they would fill a matrix", f"write {upright}[:, 0] for the vector in that column"
                       if upright else "write outer(a, b) for all products of two vectors")  # fmt: skip
    return operation(operands)


def _repair(a: Shape, b: Shape) -> str | None:
    if a[::-1] == b and len(a) == 2:
        return "did you mean {0}' or {1}'?"
    for matrix, vector, name in ((a, b, "{1}"), (b, a, "{0}")):
        if len(matrix) == 2 and len(vector) == 1:
            if vector[0] == matrix[0]:
                column = f"reshape({name}, {vector[0]}, 1)"
                return (
                    f"{name} has one entry for each row; one for each column is needed ({matrix[1]}), or write {column}"
                )
            return f"{name} needs {matrix[1]} entries, one for each column"
    if len(a) == len(b) == 1:
        return "give both as many entries"
    return None


# --- vectors, rows and matrices ---------------------------------------------------------------------------------------


def _shape(writer: Lecture, slot: int) -> Shape:
    return writer.builder.shapes[slot]


def _is_row(writer: Lecture, slot: int) -> bool:
    made_by = writer.builder.gates[slot]
    return made_by is not None and made_by.name == "as_row"


def _column(writer: Lecture, slot: int) -> int:
    """The vector of which a slot is the row; every other slot is itself."""
    return writer.builder.args[slot][0] if _is_row(writer, slot) else slot


def _row(writer: Lecture, slot: int) -> int:
    return gate(writer, "as_row", (slot,))


def transpose(writer: Lecture, slot: int) -> int:
    """A transpose: of a vector the row, of a row the vector."""
    shape = _shape(writer, slot)
    if not shape:
        return slot
    if _is_row(writer, slot):
        return _column(writer, slot)
    return _row(writer, slot) if len(shape) == 1 else gate(writer, "transpose", (slot,))


def product(writer: Lecture, a: int, b: int) -> int:
    """A dot or matrix product, whichever the shapes make of it."""
    one, other = _shape(writer, a), _shape(writer, b)
    if not one or not other:
        return writer.emit("mul", (a, b))
    if len(one) > 2 or len(other) > 2:
        raise Mismatch("a product takes vectors and matrices")
    lying = _is_row(writer, a), _is_row(writer, b)
    if lying == (True, True):
        raise Mismatch("both are rows", "leave one transpose away: a row times a column is a number")
    left, right = _column(writer, a), _column(writer, b)
    if lying[1]:
        if len(one) == 1:
            return gate(writer, "outer", (left, right))
        if one[1] != 1:
            raise Mismatch(f"{{1}} is a row of {other[1]} entries", "leave its transpose away: a matrix times a column "
                           "is a column")  # fmt: skip
        return gate(writer, "matmul", (a, b))
    if len(other) == 1:
        return gate(writer, "matvec" if len(one) == 2 and not lying[0] else "dot", (left, right))
    if lying[0]:
        return _row(writer, gate(writer, "vecmat", (left, right)))
    return gate(writer, "vecmat" if len(one) == 1 else "matmul", (left, right))


def strict_product(writer: Lecture, a: int, b: int) -> int:
    """`a @ b`, which is no product of a number and an array."""
    one, other = _shape(writer, a), _shape(writer, b)
    if bool(one) != bool(other):
        raise Mismatch(f"@ multiplies vectors and matrices, and {'{1}' if one else '{0}'} is a number",
                       "did you mean {0} * {1}?")  # fmt: skip
    return product(writer, a, b)


def _upright(writer: Lecture, a: int) -> int:
    return _column(writer, a) if _is_row(writer, a) else gate(writer, "as_column", (a,))


def _vector(writer: Lecture, *entries: int) -> int:
    return gate(writer, "stack", tuple(_column(writer, entry) for entry in entries))


_SPECIAL: dict[str, Callable[..., int]] = {
    "dot": product, "matmul": strict_product, "transpose": transpose, "vector": _vector, "as_row": _row,
    "as_column": _upright,
}  # fmt: skip
