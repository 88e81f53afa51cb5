"""Losses of whole predictions: a mean over all entries, or one number for each row of scores.

A batch is a matrix with one example a row. Its loss is a vector, one number a row; mean or sum is written around it.
A target is a class, counted from 0, or a row of probabilities, one for each class.
"""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcli.rules.array_rule import REQUIRED, ArrayKink, ArrayRule
from gradcli.rules.array_shapes import by_slice, counted
from gradcli.rules.chapter import array_chapter, written
from gradcli.rules.losses import KL, kl_div_local
from gradcli.rules.reductions import spread_like
from gradcli.rules.shape import Mismatch, Shape, times
from gradcli.rules.softmax import straightened

rule = array_chapter("loss")


# --- a prediction and a target of one shape ---------------------------------------------------------------------------


def _mean_shape(p: Shape, t: Shape) -> Shape:
    """One number; a number may be compared with every entry of the other."""
    if p == t or not p or not t:
        return ()
    raise _unequal(p, t)


def _divergence_shape(p: Shape, q: Shape) -> Shape:
    if p != q:
        raise _unequal(p, q)
    if not p:
        raise Mismatch("a divergence is between vectors of probabilities", "write kl_div({0}, {1}) for one term of it")
    return p[:-1]


def _unequal(p: Shape, t: Shape) -> Mismatch:
    repair = straightened(p, t)
    if repair:
        return Mismatch("entry by entry each would be compared with all of the other", repair)
    if len(p) == len(t) == 2 and p == t[::-1]:
        return Mismatch("each entry is compared with the one at its place", "did you mean {1}' for {1}?")
    return Mismatch("each entry is compared with the one at its place, so both must have one shape")


def _pairs(m: Any, p: Any, t: Any) -> int:
    return max(counted(m.shape(p), None), counted(m.shape(t), None))


def _back(m: Any, contribution: Any, i: Any) -> Any:
    """What all entries contribute to an operand, which may be a single number."""
    return contribution if m.shape(i) else m.sum(contribution, axis=None)


def _mse_vjp(m: Any, g: Any, o: Any, p: Any, t: Any) -> tuple[Any, Any]:
    each = 2 * g * (p - t) / _pairs(m, p, t)
    return _back(m, each, p), _back(m, -each, t)


def _mae_vjp(m: Any, g: Any, o: Any, p: Any, t: Any) -> tuple[Any, Any]:
    each = g * m.sign(p - t) / _pairs(m, p, t)
    return _back(m, each, p), _back(m, -each, t)


def _kl_vjp(m: Any, g: Any, o: Any, p: Any, q: Any) -> tuple[Any, Any]:
    by_p, by_q = kl_div_local(m, None, p, q)
    return _each_row(m, g, p) * by_p, _each_row(m, g, q) * by_q


def _kl_fault(p: Any, q: Any) -> str | None:
    wrong = (p < 0) | (q < 0) | ((p != 0) & (q == 0))
    return KL.fault(p.flat[wrong.argmax()], q.flat[wrong.argmax()]) if wrong.any() else None


# --- scores of classes ------------------------------------------------------------------------------------------------


def _class_shape(z: Shape, t: Shape) -> Shape:
    """One loss for each row of scores, each with a class."""
    if not z:
        raise Mismatch("a class is chosen among several, and here is one number", "write [0, {0}] for two classes")
    if t == z[:-1]:
        return t
    if t == z:
        raise Mismatch("the target is the number of a class, counted from 0, and no vector of probabilities",
                       "write argmax({1})" if len(z) == 1 else "write argmax({1}, axis=1)")  # fmt: skip
    raise _wrong_target(z, t)


def _target_shape(z: Shape, t: Shape) -> Shape:
    """One loss for each row of scores, each with a class or with probabilities of all classes."""
    return z[:-1] if z and t == z else _class_shape(z, t)


def _wrong_target(z: Shape, t: Shape) -> Mismatch:
    *batch, classes = z
    if not batch:
        wanted = f"the target is a class, 0 to {classes - 1}, or {classes} probabilities"
        return Mismatch(wanted, "write {1}[0]" if t == (1,) else straightened(z, t))
    if len(batch) > 1:
        return Mismatch(f"the target is {times(z[:-1])} classes, or {times(z)} probabilities")
    (rows,) = batch
    many = f"{rows} rows of scores need {rows} classes" if rows > 1 else "one row of scores needs a vector of one class"
    wanted = f"{many}, or {rows}×{classes} probabilities"
    if not t:
        return Mismatch(wanted, "write [{1}]" if rows == 1 else "write [{1}, …] with a class for each row")
    if t == (classes,) and rows == 1:
        return Mismatch(wanted, "write [{1}] for probabilities of one row")
    if t == (classes,):
        return Mismatch(f"{wanted}: each example is a row", "did you mean {0}' for {0}?")
    if t == (rows, 1):
        return Mismatch(wanted, "write {1}[:, 0] for its column as a vector of classes")
    if t == (1, rows):
        return Mismatch(wanted, "write {1}[0] for its row as a vector of classes")
    if t == (classes, rows):
        return Mismatch(f"{wanted}: each example is a row", "transpose the one that has them in columns: {0}' or {1}'")
    if len(t) == 2 and t[0] == rows:
        return Mismatch(f"{wanted}; the rows of {{1}} are {t[1]} wide",
                        f"write the number of its class for each row, 0 to {classes - 1}")  # fmt: skip
    return Mismatch(wanted)


def _one_hot(m: Any, t: Any, *, classes: int) -> Any:
    spread = m.spread(t, shape=(*m.shape(t), classes), axis=-1)
    return m.where(m.eq(spread, m.stack(*range(classes), axis=0)), 1.0, 0.0)


def _is_class(m: Any, z: Any, t: Any) -> bool:
    return len(m.shape(t)) < len(m.shape(z))


def _target(m: Any, z: Any, t: Any) -> Any:
    """The target as probabilities."""
    return m.onehot(t, classes=m.shape(z)[-1]) if _is_class(m, z, t) else t


def _each_row(m: Any, i: Any, z: Any) -> Any:
    """One number a row, repeated for each class."""
    return spread_like(m, i, z, -1)


def _by_target(m: Any, g: Any, z: Any, t: Any, slope: Any) -> Any:
    """What probabilities receive; a class has no derivative."""
    return None if _is_class(m, z, t) else -_each_row(m, g, z) * slope


def _cross_entropy_vjp(m: Any, g: Any, o: Any, z: Any, t: Any) -> tuple[Any, Any]:
    shares = m.softmax(z, axis=-1)
    if not _is_class(m, z, t):
        # The probabilities of a target need not have the sum 1.
        shares = _each_row(m, m.sum(t, axis=-1), z) * shares
    by_scores = _each_row(m, g, z) * (shares - _target(m, z, t))
    return by_scores, _by_target(m, g, z, t, m.log_softmax(z, axis=-1))


def _nll_vjp(m: Any, g: Any, o: Any, p: Any, t: Any) -> tuple[Any, Any]:
    # At p = 0 the target is 0 as well.
    quotient = m.where(m.eq(p, 0), 0, _target(m, p, t) / p)
    return -_each_row(m, g, p) * quotient, _by_target(m, g, p, t, m.ln(p))


def _margins(m: Any, s: Any, t: Any, margin: float) -> tuple[Any, Any, Any]:
    """The scores of the other classes less the true one plus the margin; which class is true, and which are not."""
    true = m.onehot(t, classes=m.shape(s)[-1])
    return s - _each_row(m, m.sum(s * true, axis=-1), s) + margin, true, 1 - true


def _multiclass_hinge(m: Any, s: Any, t: Any, *, margin: float) -> Any:
    gap, _, others = _margins(m, s, t, margin)
    return m.sum(others * m.relu(gap), axis=-1)


def _multiclass_hinge_vjp(m: Any, g: Any, o: Any, s: Any, t: Any, *, margin: float) -> tuple[Any, None]:
    gap, true, others = _margins(m, s, t, margin)
    violating = m.where(gap > 0, others, 0)
    return _each_row(m, g, s) * (violating - true * _each_row(m, m.sum(violating, axis=-1), s)), None


def _class_fault(z: Any, t: Any, **settings: Any) -> str | None:
    classes = z.shape[-1]
    wrong = (t % 1 != 0) | (t < 0) | (t >= classes)
    if not wrong.any():
        return None
    found = written(t.flat[wrong.argmax()])
    which = f"the {classes} classes are 0 to {classes - 1}" if classes > 1 else "the only class is 0"
    return f"there is no class {found}: {which}"


def _target_fault(z: Any, t: Any) -> str | None:
    return _class_fault(z, t) if t.ndim < z.ndim else None


def _nll_fault(p: Any, t: Any) -> str | None:
    wrong = ~((p >= 0) & (p <= 1))
    if wrong.any():
        return f"{written(p.flat[wrong.argmax()])} is no probability"
    if t.ndim == p.ndim:
        return "ln of 0" if ((p == 0) & (t != 0)).any() else None
    return _class_fault(p, t) or ("ln of 0" if (_of_class(p, t) == 0).any() else None)


def _of_class(s: Any, t: Any) -> Any:
    """The entry of each row that belongs to its class."""
    rows = s.reshape(-1, s.shape[-1])
    return rows[range(len(rows)), t.reshape(-1).astype(int)]


def _at_margin(s: Any, t: Any, *, margin: float) -> bool:
    rows = s.reshape(-1, s.shape[-1])
    gap = rows - _of_class(s, t)[:, None] + margin
    gap[range(len(rows)), t.reshape(-1).astype(int)] = 1  # the true class is no rival of its own
    return bool((gap == 0).any())


def _rows(name: str, z: Shape) -> str:
    return by_slice(name, z, len(z) - 1)


def _mean_structure(by_array: str, by_number: str) -> Callable[..., tuple[str, str]]:
    """Names of the Jacobians, where a number may be compared with every entry."""

    def structure(p: Shape, t: Shape) -> tuple[str, str]:
        return by_array if p else by_number, f"−{by_array if t else by_number}"

    return structure


def _structure(by_class: str, by_target: tuple[str, str]) -> Callable[..., tuple[str, str]]:
    """Names of the Jacobians where the target is a class, and where it is probabilities."""
    by_scores, by_probabilities = by_target

    def structure(z: Shape, t: Shape) -> tuple[str, str]:
        return (_rows(by_class, z), "0") if len(t) < len(z) else (_rows(by_scores, z), _rows(by_probabilities, z))

    return structure


PAIRS: tuple[tuple[tuple[Shape, ...], dict[str, Any]], ...] = (
    (((3,), (3,)), {}), (((2, 3), (2, 3)), {}), (((1, 3), (1, 3)), {}), (((3, 1), (3, 1)), {}),
    (((1, 1), (1, 1)), {}), (((3,), ()), {}), (((), (2, 3)), {}),
)  # fmt: skip
SAME: tuple[tuple[tuple[Shape, ...], dict[str, Any]], ...] = PAIRS[:5]
CLASSES: tuple[tuple[tuple[Shape, ...], dict[str, Any]], ...] = (
    (((3,), ()), {}), (((2, 3), (2,)), {}), (((1, 3), (1,)), {}), (((3, 2), (3,)), {}),
)  # fmt: skip

ARRAY_LOSSES: tuple[ArrayRule, ...] = (
    rule(
        "mse", _mean_shape, lambda m, p, t: m.sum(m.square(p - t), axis=None) / _pairs(m, p, t), _mse_vjp,
        _mean_structure("2(i₁ − i₂)ᵀ/n", "2 Σ(i₁ − i₂)/n"), arity=2, aliases=("mean_squared_error", "mse_loss"),
        scalar="squared_error", samples=PAIRS,
    ),
    rule(
        "mae", _mean_shape, lambda m, p, t: m.sum(m.abs(p - t), axis=None) / _pairs(m, p, t), _mae_vjp,
        _mean_structure("sign(i₁ − i₂)ᵀ/n", "Σ sign(i₁ − i₂)/n"), arity=2,
        aliases=("mean_absolute_error", "l1_loss"), scalar="absolute_error", samples=PAIRS,
        kinks=(ArrayKink(lambda p, t: bool((p == t).any()), "mae: derivative 0 by entries that are equal"),),
    ),
    rule(
        # Of scores: it takes the softmax itself, in a form that stays finite.
        "cross_entropy", _target_shape,
        lambda m, z, t: -m.sum(_target(m, z, t) * m.log_softmax(z, axis=-1), axis=-1), _cross_entropy_vjp,
        _structure(
            "(softmax(i₁) − onehot(i₂))ᵀ", ("(Σi₂ softmax(i₁) − i₂)ᵀ", "−log_softmax(i₁)ᵀ"),
        ),
        arity=2, aliases=("cross_entropy_loss", "softmax_cross_entropy"), fault=_target_fault,
        samples=(*CLASSES, *SAME),
    ),
    rule(
        # Of probabilities.
        "nll", _target_shape, lambda m, p, t: -m.sum(m.xlogy(_target(m, p, t), p), axis=-1), _nll_vjp,
        _structure("−(onehot(i₂)/i₁)ᵀ", ("−(i₂/i₁)ᵀ", "−ln(i₁)ᵀ")), arity=2, fault=_nll_fault,
        aliases=("negative_log_likelihood",), samples=(*CLASSES, *SAME),
    ),
    rule(
        # Of logarithms of probabilities, as log_softmax gives them.
        "nll_log", _target_shape, lambda m, l, t: -m.sum(_target(m, l, t) * l, axis=-1),
        lambda m, g, o, l, t: (-_each_row(m, g, l) * _target(m, l, t), _by_target(m, g, l, t, l)),
        _structure("−onehot(i₂)ᵀ", ("−i₂ᵀ", "−i₁ᵀ")), arity=2, fault=_target_fault, samples=(*CLASSES, *SAME),
    ),
    rule(
        "multiclass_hinge", lambda s, t, *, margin: _class_shape(s, t), _multiclass_hinge, _multiclass_hinge_vjp,
        lambda s, t, *, margin: (_rows("(v − Σv onehot(i₂))ᵀ, v = [inside the margin]", s), "0"), arity=2,
        settings=(("margin", 1.0),), aliases=("multiclass_svm", "svm_loss"), fault=_class_fault,
        kinks=(ArrayKink(_at_margin, "multiclass_hinge: derivative 0 by a class at the margin"),),
        samples=(*CLASSES, (((3,), ()), {"margin": 0.5})),
    ),
    rule(
        # The divergence of q from p: the sum of kl_div.
        "kl", _divergence_shape, lambda m, p, q: m.sum(m.kl_div(p, q), axis=-1), _kl_vjp,
        lambda p, q: (_rows("(ln(i₁/i₂) + 1)ᵀ", p), _rows("−(i₁/i₂)ᵀ", p)), arity=2,
        aliases=("kl_divergence", "relative_entropy"), fault=_kl_fault, scalar="kl_div", samples=SAME,
    ),
    rule(
        # Rows of zeros with a one at the class.
        "onehot", lambda t, *, classes: (*t, classes), _one_hot, lambda m, g, o, t, *, classes: (None,),
        lambda t, *, classes: ("0",), settings=(("classes", REQUIRED),), listed=False, constant=True,
        samples=((((),), {"classes": 3}), (((2,),), {"classes": 3}), (((1,),), {"classes": 1})),
    ),
)  # fmt: skip
