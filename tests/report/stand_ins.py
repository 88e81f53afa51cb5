"""Modules that stand in for PyTorch and JAX, which are not installed: what they share with NumPy, by their names.

They take what the real ones take, as far as exported code uses them: tensors of PyTorch and no plain floats where it
refuses those, `dim` where NumPy has `axis`, arrays of JAX that cannot be written to.
"""

TORCH = """
import builtins, math, types
import numpy
float64 = "float64"
def as_tensor(x, dtype=None): return numpy.array(x, dtype=float)
tensor = as_tensor
def full(shape, value, dtype=None): return numpy.full(shape, value)
def zeros(shape, dtype=None): return numpy.zeros(shape)
def ones(shape, dtype=None): return numpy.ones(shape)
def eye(n, dtype=None): return numpy.eye(n)
def _checked(*given):
    for x in given:
        if not isinstance(x, (numpy.ndarray, numpy.generic)):
            raise TypeError(f"must be Tensor, not {type(x).__name__}")
def _unary(function):
    def called(x):
        _checked(x)
        return function(x)
    return called
for _ours, _theirs in {"exp": "exp", "expm1": "expm1", "log": "log", "log2": "log2", "log10": "log10", "log1p": "log1p",
        "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "sinh": "sinh",
        "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "sqrt": "sqrt",
        "abs": "abs", "sign": "sign", "floor": "floor", "ceil": "ceil", "round": "rint", "trunc": "trunc",
        "diag": "diag", "diagonal": "diagonal", "trace": "trace"}.items():
    globals()[_ours] = _unary(getattr(numpy, _theirs))
def _binary(function):
    def called(x, y):
        _checked(x, y)
        return function(x, y)
    return called
for _ours, _theirs in {"maximum": "maximum", "minimum": "minimum", "atan2": "arctan2", "hypot": "hypot",
        "logaddexp": "logaddexp", "fmod": "fmod", "remainder": "mod", "copysign": "copysign", "pow": "float_power",
        "outer": "outer", "kron": "kron"}.items():
    globals()[_ours] = _binary(getattr(numpy, _theirs))
def where(condition, x, y):
    assert condition.dtype == bool
    return numpy.where(condition, x, y)
def sum(x, dim=None): return numpy.sum(x, axis=dim)
def amax(x, dim=()): return numpy.max(x, axis=dim)
def amin(x, dim=()): return numpy.min(x, axis=dim)
def argmax(x, dim=None): return numpy.argmax(x, axis=dim)
def quantile(x, q, dim=None): return numpy.quantile(x, q, axis=dim)
def broadcast_to(x, shape):
    _checked(x)
    return numpy.broadcast_to(x, shape)
def permute(x, dims): return numpy.transpose(x, dims)
def cumsum(x, dim): return numpy.cumsum(x, axis=dim)
def cumprod(x, dim): return numpy.cumprod(x, axis=dim)
def diff(x, dim=-1): return numpy.diff(x, axis=dim)
def argsort(x, dim=-1, stable=False): return numpy.argsort(x, axis=dim, kind="stable" if stable else None)
def take_along_dim(x, places, dim): return numpy.take_along_axis(x, places, axis=dim)
def reshape(x, shape):
    _checked(x)
    return numpy.reshape(x, shape)
def stack(given, dim=0):
    _checked(*given)
    return numpy.stack(given, axis=dim)
def cat(given, dim=0):
    _checked(*given)
    return numpy.concatenate(given, axis=dim)
def tril(x, k): return numpy.tril(x, k)
def triu(x, k): return numpy.triu(x, k)
def flip(x, dims):
    assert isinstance(dims, tuple)
    return numpy.flip(x, axis=dims)
def roll(x, by, dims=None): return numpy.roll(x, by, axis=dims)
def _each(function):
    return lambda x: numpy.asarray(numpy.frompyfunc(function, 1, 1)(x), dtype=float)
special = types.SimpleNamespace(erf=_each(math.erf), erfc=_each(math.erfc), gammaln=_each(math.lgamma))
def _exponential(a):
    result = numpy.eye(len(a))
    for k in range(40, 0, -1):
        result = numpy.eye(len(a)) + a @ result / k
    return result
linalg = types.SimpleNamespace(
    det=numpy.linalg.det, inv=numpy.linalg.inv, slogdet=numpy.linalg.slogdet, solve=numpy.linalg.solve,
    matrix_power=numpy.linalg.matrix_power, pinv=numpy.linalg.pinv, cholesky=numpy.linalg.cholesky,
    eigvalsh=numpy.linalg.eigvalsh, svdvals=lambda a: numpy.linalg.svd(a, compute_uv=False), cross=numpy.cross,
    matrix_exp=_exponential, vector_norm=lambda x, dim=None: numpy.sqrt(numpy.sum(x * x, axis=dim)))
"""

JAX = """
import math, sys, types
import numpy as _np
class _Array(_np.ndarray):
    @property
    def at(self): return _At(self)
class _At:
    def __init__(self, whole): self.whole = whole
    def __getitem__(self, key):
        def put(x):
            copy = _np.array(self.whole)
            copy[key] = x
            return copy
        return types.SimpleNamespace(set=put)
_numpy = types.ModuleType("jax.numpy")
_numpy.__dict__.update({name: getattr(_np, name) for name in dir(_np) if not name.startswith("__")})
_numpy.zeros = lambda shape: _np.zeros(shape).view(_Array)
del _numpy.float_power, _numpy.frompyfunc
def _each(function, count=1):
    return lambda *x: _np.asarray(_np.frompyfunc(function, count, 1)(*x), dtype=float)
_special = types.ModuleType("jax.scipy.special")
_special.erf, _special.erfc, _special.gammaln = _each(math.erf), _each(math.erfc), _each(math.lgamma)
_special.gamma = _each(math.gamma)
def _exponential(a):
    result = _np.eye(len(a))
    for k in range(40, 0, -1):
        result = _np.eye(len(a)) + a @ result / k
    return result
_linalg = types.ModuleType("jax.scipy.linalg")
_linalg.expm = _exponential
scipy = types.ModuleType("jax.scipy")
scipy.special, scipy.linalg, numpy_of_jax = _special, _linalg, _numpy
config = types.SimpleNamespace(update=lambda name, value: None)
sys.modules.update({"jax.numpy": _numpy, "jax.scipy": scipy, "jax.scipy.special": _special,
                    "jax.scipy.linalg": _linalg})
__path__ = []
numpy = _numpy
"""
