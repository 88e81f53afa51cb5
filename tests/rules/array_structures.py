"""What the names of Jacobians mean: each as the dense matrix it stands for, or as a property of it."""

from __future__ import annotations

import itertools
import re

import numpy
from numpy.linalg import inv

from .array_reference import leibniz


def _eye(n):
    return numpy.eye(n)


def _row(x):
    return numpy.asarray(x).reshape(1, -1)


def _column(x):
    return numpy.asarray(x).reshape(-1, 1)


def _kron(a, b):
    return numpy.kron(numpy.atleast_2d(a), numpy.atleast_2d(b))


def _all_but(i, *gone):
    return numpy.prod([x for k, x in enumerate(i) if k not in gone])


def _chain(a):
    n = len(a)
    return numpy.array([[numpy.prod(a[j + 1 : k + 1]) if j <= k else 0.0 for j in range(n)] for k in range(n)])


def _median(i, o, s):
    order = sorted(range(len(i)), key=lambda k: i[k])
    low, high = (len(i) - 1) // 2, len(i) // 2
    return sum(_eye(len(i))[[order[k]]] for k in (low, high)) / 2


# Of a vector i with the output o, and the settings; done along an axis for arrays.
ON_VECTORS = {
    "𝟏ᵀ": lambda i, o, s: numpy.ones((1, len(i))),
    "𝟏ᵀ/n": lambda i, o, s: numpy.ones((1, len(i))) / len(i),
    "(o/i)ᵀ": lambda i, o, s: _row(o / i),
    "[i = o]ᵀ": lambda i, o, s: _row(i == o),
    "(I − 𝟏𝟏ᵀ/n)": lambda i, o, s: _eye(len(i)) - 1 / len(i),
    "2(i − mean)ᵀ/n": lambda i, o, s: _row(2 * (i - i.mean()) / len(i)),
    "2(i − mean)ᵀ/(n − ddof)": lambda i, o, s: _row(2 * (i - i.mean()) / (len(i) - s["ddof"])),
    "(i − mean)ᵀ/(n o)": lambda i, o, s: _row((i - i.mean()) / len(i) / o),
    "(i − mean)ᵀ/((n − ddof) o)": lambda i, o, s: _row((i - i.mean()) / (len(i) - s["ddof"]) / o),
    "(e^(i − o))ᵀ": lambda i, o, s: _row(numpy.exp(i - o)),
    "iᵀ/o": lambda i, o, s: _row(i / o),
    "sign(i)ᵀ": lambda i, o, s: _row(numpy.sign(i)),
    "(sign(i) [|i| = o])ᵀ": lambda i, o, s: _row(numpy.sign(i) * (abs(i) == o)),
    "(sign(i) |i/o|^(p − 1))ᵀ": lambda i, o, s: _row(numpy.sign(i) * abs(i / o) ** (s["p"] - 1)),
    "(I − o oᵀ)/‖i‖": lambda i, o, s: (_eye(len(i)) - numpy.outer(o, o)) / numpy.sqrt(i @ i),
    "tril(𝟏𝟏ᵀ)": lambda i, o, s: numpy.tril(numpy.ones((len(i), len(i)))),
    "tril(o (1/i)ᵀ)": lambda i, o, s: numpy.tril(numpy.outer(o, 1 / i)),
    "products of all but two": lambda i, o, s: numpy.array(
        [[_all_but(i, j, k) if j != k else 0.0 for k in range(len(i))] for j in range(len(i))]
    ),
    "([0 I] − [I 0])": lambda i, o, s: _eye(len(i))[1:] - _eye(len(i))[:-1],
    "the middle of the sorted entries": _median,
    "tril(∏ i₁)": lambda i, o, s: _chain(i),
    "tril(∏ i₁) diag(oₖ₋₁)": lambda i, o, s: _chain(i) * numpy.concatenate([[0.0], o[:-1]]),
}

# Of the operands i, the output o, and the settings.
DENSE = {
    "i₁ᵀ": lambda i, o, s: _row(i[0]),
    "i₂ᵀ": lambda i, o, s: i[1].T if i[1].ndim == 2 else _row(i[1]),
    "i₁": lambda i, o, s: i[0],
    "I ⊗ i₂ᵀ": lambda i, o, s: _kron(_eye(o.size // (1 if i[1].ndim == 1 else i[1].shape[1])), i[1].T),
    "i₁ᵀ ⊗ I": lambda i, o, s: _kron(i[0].T, _eye(i[1].shape[1])),
    "i₁ ⊗ I": lambda i, o, s: _kron(_column(i[0]) if i[0].ndim == 1 else i[0], _eye(i[1].shape[-1])),
    "I ⊗ i₂": lambda i, o, s: _kron(_eye(len(i[0])), _column(i[1])),
    "I": lambda i, o, s: _eye(o.size),
    "(vec I)ᵀ": lambda i, o, s: _row(_eye(len(i[0]))),
    "P (I ⊗ vec i₂)": lambda i, o, s: _moved(i) @ _kron(_eye(i[0].size), _column(i[1])),
    "P (vec i₁ ⊗ I)": lambda i, o, s: _moved(i) @ _kron(_column(i[0]), _eye(i[1].size)),
    "[i₁]ₓ": lambda i, o, s: numpy.cross(i[0], _eye(3)).T,
    "−[i₂]ₓ": lambda i, o, s: -numpy.cross(i[1], _eye(3)).T,
    "(vec cof(i))ᵀ": lambda i, o, s: _row(o * inv(i[0]).T),
    "−o ⊗ oᵀ": lambda i, o, s: -_kron(o, o.T),
    "(vec i⁻ᵀ)ᵀ": lambda i, o, s: _row(inv(i[0]).T),
    "−i₁⁻¹ ⊗ oᵀ": lambda i, o, s: -_kron(inv(i[0]), o.T),
    "i₁⁻¹": lambda i, o, s: inv(i[0]),
    "i₁⁻¹ ⊗ I": lambda i, o, s: _kron(inv(i[0]), _eye(o.shape[1])),
    "Σₖ iᵏ ⊗ (iⁿ⁻¹⁻ᵏ)ᵀ": lambda i, o, s: _powers(i[0], range(s["n"]), s["n"] - 1),
    "−Σₖ i⁻ᵏ ⊗ (iⁿ⁻¹⁺ᵏ)ᵀ": lambda i, o, s: -_powers(i[0], range(-1, s["n"] - 1, -1), s["n"] - 1),
    "∫₀¹ e^(t i) ⊗ (e^((1 − t) i))ᵀ dt": lambda i, o, s: _between(i[0]),
    "second derivatives of det": lambda i, o, s: _second_minors(i[0]),
    "diag(vec tril(𝟏𝟏ᵀ))": lambda i, o, s: numpy.diag(numpy.tril(numpy.ones(o.shape), s["k"]).ravel()),
    "diag(vec triu(𝟏𝟏ᵀ))": lambda i, o, s: numpy.diag(numpy.triu(numpy.ones(o.shape), s["k"]).ravel()),
    "(o ⊗ I) Φ (o⁻¹ ⊗ o⁻¹)": lambda i, o, s: _by_cholesky(o) @ _half(len(o)),
    "rows (vec v vᵀ)ᵀ": lambda i, o, s: numpy.stack([numpy.outer(v, v).ravel() for v in numpy.linalg.eigh(i[0])[1].T]),
    "(o ⊗ I) diag(1/(λⱼ − λᵢ)) (oᵀ ⊗ oᵀ)": lambda i, o, s: _by_vectors(i[0], o) @ _half(len(o)),
    "rows (vec u vᵀ)ᵀ": lambda i, o, s: _singular(i[0]),
    "(vec U Vᵀ)ᵀ": lambda i, o, s: _singular(i[0]).sum(axis=0, keepdims=True),
    "(vec u₁ v₁ᵀ)ᵀ": lambda i, o, s: _singular(i[0])[:1],
    "Golub–Pereyra": lambda i, o, s: _by_pinv(i[0], o),
    "i₂ in each row, moved": lambda i, o, s: numpy.stack(
        [numpy.concatenate([numpy.zeros(k), i[1], numpy.zeros(len(o) - 1 - k)]) for k in range(len(o))]
    ),
    "windows of i₁": lambda i, o, s: numpy.stack([i[0][k : k + len(i[1])] for k in range(len(o))]),
    "i₁ in each column, moved": lambda i, o, s: _columns(i[0], len(i[1])),
    "i₂ in each column, moved": lambda i, o, s: _columns(i[1], len(i[0])),
    "0": lambda i, o, s: 0.0,
}


def _zeros_and_ones(j):
    return bool(numpy.isin(j, (0, 1)).all())


# Of the Jacobian itself.
PROPERTIES = {
    "rows of I": lambda j: _zeros_and_ones(j) and (j.sum(axis=1) == 1).all() and (j.sum(axis=0) <= 1).all(),
    "columns of I": lambda j: _zeros_and_ones(j) and (j.sum(axis=0) == 1).all() and (j.sum(axis=1) <= 1).all(),
    "permutation": lambda j: _zeros_and_ones(j) and (j.sum(axis=0) == 1).all() and (j.sum(axis=1) == 1).all(),
}


def _moved(i):
    """The permutation that puts the entries of all blocks, block after block, where kron has them."""
    (p, q), (r, s) = i[0].shape, i[1].shape
    places = numpy.arange(p * q * r * s).reshape(p, q, r, s).transpose(0, 2, 1, 3).ravel()
    return _eye(len(places))[places]


def _powers(i, exponents, n):
    power = numpy.linalg.matrix_power
    return sum((_kron(power(i, k), power(i, n - k).T) for k in exponents), start=numpy.zeros((i.size, i.size)))


def _exponential(i):
    values, vectors = numpy.linalg.eig(i)
    return (vectors * numpy.exp(values) @ inv(vectors)).real


def _between(i):
    knots, weights = numpy.polynomial.legendre.leggauss(20)
    return sum(w / 2 * _kron(_exponential(i * (t + 1) / 2), _exponential(i * (1 - t) / 2).T)
               for t, w in zip(knots, weights, strict=True))  # fmt: skip


def _second_minors(i):
    """What is left of det when two rows and two columns are taken, with the sign of their places."""
    n = len(i)
    whole = numpy.zeros((n, n, n, n))
    for (r, s), (c, d) in itertools.product(itertools.permutations(range(n), 2), repeat=2):
        rows, columns = [k for k in range(n) if k not in (r, s)], [k for k in range(n) if k not in (c, d)]
        sign = (-1) ** (r + s + c + d + (s < r) + (d < c))
        whole[r, c, s, d] = sign * leibniz(i[numpy.ix_(rows, columns)])
    return whole.reshape(n * n, n * n)


def _half(n):
    """The symmetric part, which is all that the rule looks at."""
    turn = _eye(n * n).reshape(n, n, n, n).transpose(1, 0, 2, 3).reshape(n * n, n * n)
    return (_eye(n * n) + turn) / 2


def _by_cholesky(o):
    lower = numpy.diag((numpy.tril(numpy.ones(o.shape)) - _eye(len(o)) / 2).ravel())
    return _kron(o, _eye(len(o))) @ lower @ _kron(inv(o), inv(o))


def _by_vectors(i, o):
    values = numpy.linalg.eigvalsh(i)
    gaps = values[None, :] - values[:, None]
    shares = numpy.divide(1, gaps, out=numpy.zeros(gaps.shape), where=gaps != 0)
    return _kron(o, _eye(len(o))) @ numpy.diag(shares.ravel()) @ _kron(o.T, o.T)


def _singular(i):
    u, _, vt = numpy.linalg.svd(i, full_matrices=False)
    return numpy.stack([numpy.outer(u[:, k], vt[k]).ravel() for k in range(len(vt))])


def _by_pinv(i, o):
    n = i.shape
    columns = []
    for unit in numpy.eye(i.size):
        d = unit.reshape(n)
        columns.append(-o @ d @ o + o @ o.T @ d.T @ (_eye(n[0]) - i @ o) + (_eye(n[1]) - o @ i) @ d.T @ o.T @ o)
    return numpy.stack([c.ravel() for c in columns], axis=1)


def _columns(x, count):
    whole = numpy.zeros((len(x) + count - 1, count))
    for k in range(count):
        whole[k : k + len(x), k] = x
    return whole


def _slices(shape, axis):
    """The places, row by row, of the entries of each slice along an axis."""
    places = numpy.arange(int(numpy.prod(shape))).reshape(shape)
    return numpy.moveaxis(places, axis, -1).reshape(-1, shape[axis])


def _along(meaning, k, i, o, s):
    axis = s.get("axis")
    if axis is None or i[k].ndim == 1:
        return meaning(i[0].ravel(), o.ravel() if o.ndim else o, s)
    whole = numpy.zeros((o.size, i[k].size))
    taken = _slices(i[k].shape, axis)
    given = _slices(o.shape, axis) if o.ndim == i[k].ndim else numpy.arange(o.size).reshape(-1, 1)
    for places, results in zip(taken, given, strict=True):
        part = o.ravel()[results]
        whole[numpy.ix_(results, places)] = meaning(i[0].ravel()[places], part if o.ndim == i[k].ndim else part[0], s)
    return whole


def _base(name, s):
    """The name without what says that it is done along an axis."""
    if "axis" not in s:
        return name
    return re.sub(r"^I ⊗ | ⊗ I$| along axis -?\d+$", "", re.sub(r" ⊗ I$", "", name))


def meaning(name, k, i, o, s):
    """The dense Jacobian that a name stands for, or None where it names a property."""
    if name == "𝟏" or _base(name, s) == "𝟏":
        return _along(ON_VECTORS["𝟏ᵀ"], 0, [o], i[0], s).T
    if _base(name, s) in ON_VECTORS:
        return _along(ON_VECTORS[_base(name, s)], k, i, o, s)
    if name in DENSE:
        return numpy.broadcast_to(DENSE[name](i, o, s), (o.size, i[k].size))
    assert name in PROPERTIES, f"nobody knows what {name} means"
    return None
