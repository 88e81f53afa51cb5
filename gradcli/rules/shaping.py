"""Entries picked, put together and moved; the derivative is the inverse move."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any, NamedTuple

from gradcli.rules.array_rule import REQUIRED, ArrayRule
from gradcli.rules.array_shapes import at_least_one, counted, matrix, vector
from gradcli.rules.chapter import array_chapter
from gradcli.rules.shape import Mismatch, Shape, entries, normal_axis, times

rule = array_chapter("shape")


class Slice(NamedTuple):
    """A range of an axis, as in Python: `start:stop:step`; it can be hashed, which `slice` cannot before 3.12."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


Key = tuple[int | Slice, ...]


def picked(m: Any, i: Any, axis: int, part: int | Slice) -> Any:
    """What an index or a range picks along one axis."""
    return m.index(i, key=(*(Slice(),) * (axis % len(m.shape(i))), part))


def _index_shape(shape: Shape, *, key: Key) -> Shape:
    if len(key) > len(shape):
        raise Mismatch(f"{len(key)} indices are too many for it" if shape else "it has no entries to pick from",
                       "write one index for each axis: W[0, 1]" if shape else None)  # fmt: skip
    left: list[int] = []
    for place, (size, at) in enumerate(zip(shape, key, strict=False)):
        if isinstance(at, Slice):
            picked = len(range(*slice(*at).indices(size)))
            if not picked:
                raise Mismatch("no entry lies in this range", f"its {_axis(shape, place)} run from 0 to {size - 1}")
            left.append(picked)
        elif not -size <= at < size:
            raise Mismatch(f"there is no entry {at}", f"its {_axis(shape, place)} run from 0 to {size - 1}")
    return (*left, *shape[len(key) :])


def _axis(shape: Shape, place: int) -> str:
    return "entries" if len(shape) == 1 else ("rows", "columns")[place] if len(shape) == 2 else f"axis {place}: indices"


def _scatter_shape(a: Shape, *, shape: Shape, key: Key) -> Shape:
    if a != _index_shape(shape, key=key):
        raise Mismatch("it does not fill the places that are named")
    return shape


def _reshape_shape(a: Shape, *, shape: Shape) -> Shape:
    have, fixed = entries(a), entries(tuple(size for size in shape if size != -1))
    if shape.count(-1) > 1:
        raise Mismatch("only one size can be left to be found", "write −1 once")
    if any(size < 1 and size != -1 for size in shape):
        raise Mismatch("every size must be at least 1")
    if -1 in shape and have % fixed:
        raise Mismatch(f"{have} entries cannot be dealt out evenly to {fixed}")
    whole = tuple(have // fixed if size == -1 else size for size in shape)
    if entries(whole) != have:
        raise Mismatch(f"{have} entr{'y' if have == 1 else 'ies'} cannot become {times(shape)}, "
                       f"which {'is' if fixed == 1 else 'are'} {fixed}", _other_size(have, shape))  # fmt: skip
    return whole


def _other_size(have: int, shape: Shape) -> str | None:
    rest = entries(shape[1:])
    if not shape or have % rest:
        return "write vec({0}) for all entries in a row"
    return f"write reshape({{0}}, {', '.join(map(str, (have // rest, *shape[1:])))})"


def _stack_shape(*shapes: Shape, axis: int) -> Shape:
    if len(set(shapes)) > 1:
        raise Mismatch("all entries of a vector, and all rows of a matrix, must have one shape",
                       "write concat for pieces of different lengths")  # fmt: skip
    place = normal_axis(axis, (len(shapes), *shapes[0]))
    return (*shapes[0][:place], len(shapes), *shapes[0][place:])


def _stack_vjp(m: Any, g: Any, o: Any, *i: Any, axis: int) -> tuple[Any, ...]:
    return tuple(picked(m, g, axis, place) for place in range(len(i)))


def _concat_shape(*shapes: Shape, axis: int) -> Shape:
    pieces = [shape or (1,) for shape in shapes]
    place = normal_axis(axis, pieces[0])
    if len({len(shape) for shape in pieces}) > 1:
        raise Mismatch("vectors go with vectors and matrices with matrices", "write [v] for a row, [v]' for a column")
    if len({(*shape[:place], *shape[place + 1 :]) for shape in pieces}) > 1:
        if len(pieces[0]) > 2:
            raise Mismatch("all sizes but that of the axis must agree")
        fits = len({shape[place] for shape in pieces}) == 1
        raise Mismatch(f"they need the same number of {'rows' if place else 'columns'}",
                       f"write axis={1 - place} to join them there" if fits else None)  # fmt: skip
    return (*pieces[0][:place], sum(shape[place] for shape in pieces), *pieces[0][place + 1 :])


def _concat_vjp(m: Any, g: Any, o: Any, *i: Any, axis: int) -> tuple[Any, ...]:
    pieces: list[Any] = []
    start = 0
    for shape in map(m.shape, i):
        size = counted(shape, axis) if shape else 1
        # A number counts as a vector of one entry.
        pieces.append(picked(m, g, axis, Slice(start, start + size) if shape else start))
        start += size
    return tuple(pieces)


def _diagonal_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    rows, columns = m.shape(i)
    size = min(rows, columns)
    return (m.scatter(m.diag(g), shape=(rows, columns), key=(Slice(0, size), Slice(0, size))),)


def _triangle(name: str) -> ArrayRule:
    return rule(
        name, lambda a, *, k: matrix(a, name), lambda m, i, *, k: getattr(m, name)(i, k=k),
        lambda m, g, o, i, *, k: (getattr(m, name)(g, k=k),), lambda a, *, k: (f"diag(vec {name}(𝟏𝟏ᵀ))",),
        settings=(("k", 0),), samples=((((3, 3),), {}), (((2, 3),), {"k": 1}), (((3, 2),), {"k": -1}), (((1, 1),), {})),
    )  # fmt: skip


def _pad_shape(a: Shape, *, before: int, after: int | None, axis: int | None) -> Shape:
    after = before if after is None else after
    if not a:
        raise Mismatch("a number has no ends to add zeros to", "write [{0}] for a vector of one entry")
    if before < 0 or after < 0:
        raise Mismatch("the number of zeros to add cannot be negative", "to drop entries write a range: x[1:]")
    place = None if axis is None else normal_axis(axis, a)
    return tuple(size + before + after if place in (None, k) else size for k, size in enumerate(a))


def _pad_vjp(m: Any, g: Any, o: Any, i: Any, *, before: int, after: int | None, axis: int | None) -> tuple[Any]:
    shape = m.shape(i)
    place = None if axis is None else axis % len(shape)
    inside = (Slice(before, before + size) if place in (None, k) else Slice() for k, size in enumerate(shape))
    return (m.index(g, key=tuple(inside)),)


def _roll_shape(a: Shape, *, by: int, axis: int | None) -> Shape:
    if axis is not None:
        normal_axis(axis, a)
    return a


def _flip_shape(a: Shape, *, axis: int | None) -> Shape:
    return _roll_shape(a, by=0, axis=axis)


SHAPING: tuple[ArrayRule, ...] = (
    rule(
        "reshape", _reshape_shape, lambda m, i, *, shape: m.reshape(i, shape=shape),
        lambda m, g, o, i, *, shape: (m.reshape(g, shape=m.shape(i)),), lambda a, *, shape: ("I",),
        settings=(("shape", REQUIRED),),
        samples=((((2, 3),), {"shape": (3, 2)}), (((4,),), {"shape": (2, 2)}), (((1, 1),), {"shape": ()}),
                 (((2, 3),), {"shape": (-1, 2)}), (((),), {"shape": (1,)})),
    ),
    rule(
        "vec", lambda a: (entries(a),), lambda m, i: m.reshape(i, shape=(-1,)),
        lambda m, g, o, i: (m.reshape(g, shape=m.shape(i)),), lambda a: ("I",), aliases=("flatten", "ravel"), scalar="",
        samples=((((2, 3),), {}), (((3,),), {}), (((1, 1),), {}), (((1, 3),), {})),
    ),
    rule(
        "stack", _stack_shape, lambda m, *i, axis: m.stack(*i, axis=axis), _stack_vjp,
        lambda *shapes, axis: ("columns of I",) * len(shapes), sign="[·, …]", variadic=True, settings=(("axis", 0),),
        samples=((((), (), ()), {"axis": 0}), (((3,), (3,)), {"axis": 0}), (((3,), (3,)), {"axis": 1}),
                 (((),), {"axis": 0}), (((2,), (2,), (2,)), {"axis": -1}), (((2, 2), (2, 2)), {"axis": 1})),
    ),
    rule(
        "concat", _concat_shape, lambda m, *i, axis: m.concat(*i, axis=axis), _concat_vjp,
        lambda *shapes, axis: ("columns of I",) * len(shapes), variadic=True, settings=(("axis", 0),),
        aliases=("concatenate", "cat"),
        samples=((((2,), (3,)), {}), (((3,), ()), {}), (((2, 3), (1, 3)), {}), (((2, 1), (2, 3), (2, 2)), {"axis": -1}),
                 (((1, 1),), {})),
    ),
    rule(
        "index", _index_shape, lambda m, i, *, key: m.index(i, key=key),
        lambda m, g, o, i, *, key: (m.scatter(g, shape=m.shape(i), key=key),), lambda a, *, key: ("rows of I",),
        sign="·[…]", infix=True, settings=(("key", REQUIRED),), listed=False,
        samples=((((3,),), {"key": (1,)}), (((2, 3),), {"key": (0, -1)}), (((2, 3),), {"key": (Slice(), 1)}),
                 (((4,),), {"key": (Slice(None, None, 2),)}), (((2, 3),), {"key": (1,)})),
    ),
    rule(
        # Zeros, with entries put back where an index took them.
        "scatter", _scatter_shape, lambda m, i, *, shape, key: m.scatter(i, shape=shape, key=key),
        lambda m, g, o, i, *, shape, key: (m.index(g, key=key),), lambda a, *, shape, key: ("columns of I",),
        settings=(("shape", REQUIRED), ("key", REQUIRED)), listed=False,
        samples=((((),), {"shape": (3,), "key": (1,)}), (((2,),), {"shape": (2, 3), "key": (Slice(), 0)})),
    ),
    rule(
        "diag", lambda a: (vector(a, "diag"),) * 2, lambda m, i: m.diag(i), lambda m, g, o, i: (m.diagonal(g),),
        lambda a: ("columns of I",), samples=((((3,),), {}), (((1,),), {})),
    ),
    rule(
        "diagonal", lambda a: (min(matrix(a, "diagonal")),), lambda m, i: m.diagonal(i), _diagonal_vjp,
        lambda a: ("rows of I",), samples=((((3, 3),), {}), (((2, 3),), {}), (((3, 2),), {}), (((1, 1),), {})),
    ),
    _triangle("tril"),
    _triangle("triu"),
    rule(
        "flip", _flip_shape, lambda m, i, *, axis: m.flip(i, axis=axis),
        lambda m, g, o, i, *, axis: (m.flip(g, axis=axis),), lambda a, *, axis: ("permutation",),
        settings=(("axis", None),), aliases=("reverse",), scalar="",
        samples=((((3,),), {}), (((2, 3),), {}), (((2, 3),), {"axis": 0}), (((2, 3),), {"axis": -1}), (((1, 1),), {})),
    ),
    rule(
        "roll", _roll_shape, lambda m, i, *, by, axis: m.roll(i, by=by, axis=axis),
        lambda m, g, o, i, *, by, axis: (m.roll(g, by=-by, axis=axis),), lambda a, *, by, axis: ("permutation",),
        settings=(("by", 1), ("axis", None)), scalar="",
        samples=((((3,),), {}), (((3,),), {"by": -5}), (((2, 3),), {"by": 2}), (((2, 3),), {"axis": 0}),
                 (((1, 1),), {})),
    ),
    rule(
        "pad", _pad_shape, lambda m, i, *, before, after, axis: m.pad(i, before=before, after=after, axis=axis),
        _pad_vjp, lambda a, *, before, after, axis: ("columns of I",),
        settings=(("before", 1), ("after", None), ("axis", None)),
        samples=((((3,),), {}), (((3,),), {"before": 0, "after": 2}), (((2, 3),), {}), (((2, 3),), {"axis": -1}),
                 (((1, 1),), {"before": 0})),
    ),
    rule(
        "eye", lambda *, n: at_least_one(n, n), lambda m, *, n: m.eye(n=n), lambda m, g, o, *, n: (),
        lambda *, n: (), sign="I", infix=True, arity=0, settings=(("n", REQUIRED),), aliases=("identity",),
        constant=True, samples=(((), {"n": 1}), ((), {"n": 3})),
    ),
    rule(
        "zeros", lambda *, shape: at_least_one(*shape), lambda m, *, shape: m.zeros(shape=shape),
        lambda m, g, o, *, shape: (), lambda *, shape: (), arity=0, settings=(("shape", REQUIRED),), constant=True,
        samples=(((), {"shape": (3,)}), ((), {"shape": (2, 3)})),
    ),
    rule(
        "ones", lambda *, shape: at_least_one(*shape), lambda m, *, shape: m.ones(shape=shape),
        lambda m, g, o, *, shape: (), lambda *, shape: (), arity=0, settings=(("shape", REQUIRED),), constant=True,
        samples=(((), {"shape": (3,)}), ((), {"shape": (2, 3)})),
    ),
)  # fmt: skip
