"""The value of every array rule in other words: NumPy's own, loops over entries, or mpmath."""

from __future__ import annotations

import functools
import itertools

import mpmath
import numpy


def slices(function):
    """A function of a vector, done along an axis; without one on all entries row by row."""

    @functools.wraps(function)
    def whole(i, *, axis=None, **settings):
        i = numpy.asarray(i)
        if axis is None:
            return numpy.asarray(function(i.ravel(), **settings))
        return numpy.apply_along_axis(function, axis, i, **settings)

    return whole


def kept(function):
    """As `slices`, for a function that gives an array of the shape it was given."""
    along = slices(function)
    return lambda i, *, axis=None, **settings: along(i, axis=axis, **settings).reshape(numpy.shape(i))


def exactly(function):
    """A function of a list of numbers at 40 digits."""

    def rounded(i, **settings):
        with mpmath.workdps(40):
            return float(function([mpmath.mpf(float(x)) for x in i], **settings))

    return slices(rounded)


def _mean(i):
    return mpmath.fsum(i) / len(i)


def _var(i, ddof):
    return mpmath.fsum((x - _mean(i)) ** 2 for x in i) / (len(i) - ddof)


def _normp(i, p):
    return mpmath.fsum(abs(x) ** p for x in i) ** (mpmath.mpf(1) / p)


def _others(i):
    return numpy.array([numpy.prod(numpy.delete(i, k)) for k in range(len(i))])


def _recurrence(a, b, *, axis):
    def one(both):
        out = []
        for factor, term in both.reshape(2, -1).T:
            out.append(term + (factor * out[-1] if out else 0))
        return numpy.array(out)

    return numpy.apply_along_axis(one, axis, numpy.concatenate([a, b], axis=axis))


def _ordered(i1, i2, *, axis, back):
    def one(both):
        n = len(both) // 2
        order = sorted(range(n), key=lambda k: both[n + k])
        result = numpy.empty(n)
        for place, k in enumerate(order):
            if back:
                result[k] = both[place]
            else:
                result[place] = both[k]
        return result

    return numpy.apply_along_axis(one, axis, numpy.concatenate([i1, i2], axis=axis))


def _slice(key):
    return tuple(at if isinstance(at, int) else slice(*at) for at in key)


def _scatter(i, *, shape, key):
    whole = numpy.zeros(shape)
    whole[_slice(key)] = i
    return whole


def _concat(*i, axis):
    return numpy.hstack(i) if axis else numpy.array([row for x in i for row in numpy.atleast_1d(x)])


def _pad(i, *, before, after, axis):
    after = before if after is None else after
    for k in range(i.ndim):
        if axis is None or axis % i.ndim == k:
            sizes = [(*i.shape[:k], n, *i.shape[k + 1 :]) for n in (before, after)]
            i = numpy.concatenate([numpy.zeros(sizes[0]), i, numpy.zeros(sizes[1])], axis=k)
    return i


def leibniz(i):
    """The determinant as a sum over permutations."""
    total = 0.0
    for order in itertools.permutations(range(len(i))):
        inversions = sum(a > b for a, b in itertools.combinations(order, 2))
        total += (-1) ** inversions * numpy.prod([i[row, column] for row, column in enumerate(order)])
    return total


def minor(i, row, column):
    rows = [k for k in range(len(i)) if k != row]
    columns = [k for k in range(len(i)) if k != column]
    return i[numpy.ix_(rows, columns)]


def _cofactor(i):
    n = range(len(i))
    return numpy.array([[(-1) ** (r + c) * leibniz(minor(i, r, c)) for c in n] for r in n])


def _bordered(i, *, row, column):
    n = len(i) + 1
    whole = numpy.zeros((n, n))
    whole[numpy.ix_([k for k in range(n) if k != row], [k for k in range(n) if k != column])] = i
    return whole


def _matpow(i, *, n):
    factor = numpy.linalg.inv(i) if n < 0 else i
    return functools.reduce(numpy.matmul, [factor] * abs(n), numpy.eye(len(i)))


def _expm(i):
    with mpmath.workdps(30):
        return numpy.array(mpmath.expm(mpmath.matrix(i.tolist())).tolist(), dtype=float)


def _kron(a, b):
    if a.ndim == 1:
        return numpy.array([x * y for x in a for y in b])
    return numpy.block([[x * b for x in row] for row in a])


def _conv1d(x, w):
    return numpy.array([sum(x[k + j] * w[j] for j in range(len(w))) for k in range(len(x) - len(w) + 1)])


def _convolve(x, w):
    whole = numpy.zeros(len(x) + len(w) - 1)
    for j, k in itertools.product(range(len(x)), range(len(w))):
        whole[j + k] += x[j] * w[k]
    return whole


def _cholesky(i):
    n = len(i)
    low = numpy.zeros((n, n))
    for r in range(n):
        for c in range(r + 1):
            rest = i[r, c] - low[r, :c] @ low[c, :c]
            low[r, c] = numpy.sqrt(rest) if r == c else rest / low[c, c]
    return low


def _eigvecsh(i):
    vectors = numpy.linalg.eigh(i)[1].T
    return numpy.array([v * numpy.sign(max(v, key=abs)) for v in vectors]).T


def _svdvals(i):
    gram = i @ i.T if i.shape[0] <= i.shape[1] else i.T @ i
    return numpy.sqrt(numpy.linalg.eigvalsh(gram))[::-1]


def _pinv(i):
    return i.T @ numpy.linalg.inv(i @ i.T) if i.shape[0] <= i.shape[1] else numpy.linalg.inv(i.T @ i) @ i.T


VALUES = {
    # reductions
    "sum": exactly(mpmath.fsum),
    "spread": lambda i, *, shape, axis: numpy.zeros(shape) + (i if axis is None else numpy.expand_dims(i, axis)),
    "mean": exactly(_mean),
    "prod": exactly(mpmath.fprod),
    "amax": slices(max),
    "amin": slices(min),
    "winners": kept(lambda i: (i == max(i)) / sum(i == max(i))),
    "argmax": slices(lambda i: list(i).index(max(i))),
    "argmin": slices(lambda i: list(i).index(min(i))),
    "center": kept(lambda i: i - sum(i) / len(i)),
    "var": exactly(_var),
    "std": exactly(lambda i, ddof: mpmath.sqrt(_var(i, ddof))),
    "logsumexp": exactly(lambda i: mpmath.log(mpmath.fsum(mpmath.exp(x) for x in i))),
    # norms
    "norm": exactly(lambda i: mpmath.sqrt(mpmath.fsum(x * x for x in i))),
    "norm1": exactly(lambda i: mpmath.fsum(abs(x) for x in i)),
    "norminf": slices(lambda i: max(abs(i))),
    "normp": exactly(_normp),
    "normalize": kept(lambda i: i / numpy.sqrt(sum(i * i))),
    # along an axis
    "cumsum": slices(lambda i: [sum(i[: k + 1]) for k in range(len(i))]),
    "cumprod": slices(lambda i: [numpy.prod(i[: k + 1]) for k in range(len(i))]),
    "others": kept(_others),
    "recurrence": _recurrence,
    "diff": slices(lambda i: [b - a for a, b in itertools.pairwise(i)]),
    "sort": slices(sorted),
    "reorder": functools.partial(_ordered, back=False),
    "restore": functools.partial(_ordered, back=True),
    "median": slices(lambda i: (sorted(i)[(len(i) - 1) // 2] + sorted(i)[len(i) // 2]) / 2),
    "conv1d": _conv1d,
    "convolve": _convolve,
    # shape
    "reshape": lambda i, *, shape: numpy.array(i.ravel().tolist()).reshape(shape),
    "vec": lambda i: numpy.array(list(i.flat)),
    "stack": lambda *i, axis: numpy.concatenate([numpy.expand_dims(x, axis) for x in i], axis=axis),
    "concat": _concat,
    "index": lambda i, *, key: i[_slice(key)],
    "scatter": _scatter,
    "diag": lambda i: numpy.eye(len(i)) * i,
    "diagonal": lambda i: numpy.array([i[k, k] for k in range(min(i.shape))]),
    "tril": lambda i, *, k: numpy.fromfunction(lambda r, c: i * (c - r <= k), i.shape),
    "triu": lambda i, *, k: numpy.fromfunction(lambda r, c: i * (c - r >= k), i.shape),
    "flip": lambda i, *, axis: i[::-1, ::-1] if axis is None and i.ndim > 1 else i[:, ::-1] if axis == -1 else i[::-1],
    "roll": kept(lambda i, by: [i[(k - by) % len(i)] for k in range(len(i))]),
    "pad": _pad,
    "eye": lambda *, n: numpy.diag([1.0] * n),
    "zeros": lambda *, shape: numpy.full(shape, 0.0),
    "ones": lambda *, shape: numpy.full(shape, 1.0),
    # linear algebra
    "dot": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
    "matvec": lambda a, x: numpy.array([sum(row * x) for row in a]),
    "vecmat": lambda x, a: numpy.array([sum(column * x) for column in a.T]),
    "matmul": lambda a, b: numpy.array([[sum(row * column) for column in b.T] for row in a]),
    "outer": lambda a, b: numpy.array([[x * y for y in b] for x in a]),
    "transpose": lambda i: numpy.array(list(map(list, zip(*i, strict=True)))),
    "as_row": lambda i: numpy.array([list(i)]),
    "as_column": lambda i: numpy.array(list(i[0])),
    "trace": lambda i: sum(i[k, k] for k in range(len(i))),
    "kron": _kron,
    "cross": lambda a, b: numpy.array([a[k - 2] * b[k - 1] - a[k - 1] * b[k - 2] for k in range(3)]),
    "det": leibniz,
    "cofactor": _cofactor,
    "minor": minor,
    "bordered": _bordered,
    "inv": lambda i: _cofactor(i).T / leibniz(i),
    "logdet": lambda i: numpy.log(abs(leibniz(i))),
    "solve": lambda a, b: _cofactor(a).T / leibniz(a) @ b,
    "matpow": _matpow,
    "expm": _expm,
    "cholesky": _cholesky,
    "eigvalsh": lambda i: numpy.sort(numpy.linalg.eigvals(i).real),
    "eigvecsh": _eigvecsh,
    "svdvals": _svdvals,
    "nuclear": lambda i: sum(_svdvals(i)),
    "spectral": lambda i: max(_svdvals(i)),
    "pinv": _pinv,
}  # fmt: skip
