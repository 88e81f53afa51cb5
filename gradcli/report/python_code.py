"""How each rule is written in Python: with plain floats, with NumPy, with PyTorch, with JAX.

One table, keyed by the name of the rule. What stands in no column of a language is spelled out by the rule's own
arithmetic (`gradcli.report.exporting`), down to what does; what cannot be spelled out is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from gradcli.report import exported
from gradcli.report.source_text import Sources
from gradcli.rules.floats import ELEMENTARY as FLOATS
from gradcli.rules.shaping import Slice

Language = Literal["python", "numpy", "torch", "jax"]

LANGUAGES: dict[Language, str] = {"python": "Python", "numpy": "NumPy", "torch": "PyTorch", "jax": "JAX"}

Row = tuple[str | None, str | None, str | None, str | None]
"""Templates for Python, NumPy, PyTorch and JAX; None where the language has none.

`{0}`, `{1}` … are the operands, `{all}` all of them, `{axis}` a setting. "=" is the function that the package computes
with, by its own source; "@name" the function of that name in `gradcli.report.exported` or `exported_arrays`, on the
operands and settings.
"""


def _same(template: str) -> Row:
    return template, template, template, template


def _arrays(numpy: str | None, torch: str | None, jax: str | None = "numpy") -> Row:
    """A rule of arrays; JAX is called as NumPy is unless it says otherwise."""
    return None, numpy, torch, numpy if jax == "numpy" else jax


def _math(numpy: str, torch: str | None = "", jax: str = "") -> Row:
    """A function of one number: of floats as the package has it, and by its names in the other languages."""
    return "=", f"numpy.{numpy}({{0}})", torch if torch is None else f"torch.{torch or numpy}({{0}})", (
        f"jax.{jax}({{0}})" if jax else f"numpy.{numpy}({{0}})")  # fmt: skip


def _compared(sign: str) -> Row:
    return f"float({{0}} {sign} {{1}})", f"({{0}} {sign} {{1}}) * 1.0", f"({{0}} {sign} {{1}}) * 1.0", (
        f"({{0}} {sign} {{1}}) * 1.0")  # fmt: skip


def _each(name: str, torch: str | None, jax: str | None) -> Row:
    """A function of floats, entry by entry where NumPy has none."""
    return "=", f"@each:{name}", torch, jax


_SPECIAL = "jax.scipy.special."

TABLE: dict[str, Row] = {
    "add": _same("{0} + {1}"), "sub": _same("{0} - {1}"), "mul": _same("{0} * {1}"), "neg": _same("-{0}"),
    "div": _same("{0} / {1}"), "square": _same("{0} * {0}"),
    "lt": _compared("<"), "le": _compared("<="), "gt": _compared(">"), "ge": _compared(">="),
    "eq": _compared("=="), "ne": _compared("!="),
    "where": ("{1} if {0} else {2}", "numpy.where({0}, {1}, {2})", "torch.where({0} != 0, {1}, {2})",
              "numpy.where({0} != 0, {1}, {2})"),
    "abs": ("abs({0})", "numpy.abs({0})", "torch.abs({0})", "numpy.abs({0})"),
    "max": ("max({all})", "numpy.maximum({fold})", "torch.maximum({fold})", "numpy.maximum({fold})"),
    "min": ("min({all})", "numpy.minimum({fold})", "torch.minimum({fold})", "numpy.minimum({fold})"),
    "winner": ("@winner", "@array_winner", None, "@array_winner"),
    "sqrt": ("=", "numpy.sqrt({0} + 0.0)", "torch.sqrt({0} + 0.0)", "numpy.sqrt({0} + 0.0)"),
    "cbrt": ("=", "numpy.cbrt({0})", "torch.sign({0}) * torch.abs({0}) ** (1 / 3)", "numpy.cbrt({0})"),
    "sign": _math("sign"), "floor": _math("floor"), "ceil": _math("ceil"), "round": _math("rint", "round"),
    "trunc": _math("trunc"),
    "exp": _math("exp"), "expm1": _math("expm1"), "ln": _math("log"), "log2": _math("log2"), "log10": _math("log10"),
    "log1p": _math("log1p"),
    "sin": _math("sin"), "cos": _math("cos"), "tan": _math("tan"), "asin": _math("arcsin", "asin"),
    "acos": _math("arccos", "acos"), "atan": _math("arctan", "atan"),
    "sinh": _math("sinh"), "cosh": _math("cosh"), "tanh": _math("tanh"), "asinh": _math("arcsinh", "asinh"),
    "acosh": _math("arccosh", "acosh"), "atanh": _math("arctanh", "atanh"),
    "erf": _each("erf", "torch.special.erf({0})", _SPECIAL + "erf({0})"),
    "erfc": _each("erfc", "torch.special.erfc({0})", _SPECIAL + "erfc({0})"),
    "erfinv": _each("erfinv", "torch.special.erfinv({0})", _SPECIAL + "erfinv({0})"),
    "gamma": _each("gamma", None, _SPECIAL + "gamma({0})"),
    "lgamma": _each("lgamma", "torch.special.gammaln({0})", _SPECIAL + "gammaln({0})"),
    "polygamma": _each("polygamma", "torch.special.polygamma(int({0}), {1})", _SPECIAL + "polygamma({0}, {1})"),
    "beta": _each("beta", None, _SPECIAL + "beta({0}, {1})"),
    "sinc_derivative": _each("sinc_derivative", None, None),
    "pow": ("=", "numpy.float_power({0}, {1})", "torch.pow({0}, {1})", "numpy.power({0}, {1})"),
    "atan2": ("=", "@atan2", "torch.atan2({0}, {1})", "@atan2"),
    "hypot": ("=", "numpy.hypot({0}, {1})", "torch.hypot({0}, {1})", "numpy.hypot({0}, {1})"),
    "logaddexp": ("=", "numpy.logaddexp({fold})", "torch.logaddexp({fold})", "numpy.logaddexp({fold})"),
    "mod": ("=", "@mod", "torch.remainder({0}, {1})", "@mod"),
    "rem": ("=", "numpy.fmod({0}, {1})", "torch.fmod({0}, {1})", "numpy.fmod({0}, {1})"),
    "copysign": ("=", "numpy.copysign({0}, {1})", "torch.copysign({0}, {1})", "numpy.copysign({0}, {1})"),
    # reductions
    "sum": _arrays("numpy.sum({0}, axis={axis})", "torch.sum({0}, dim={dims})"),
    "prod": _arrays("numpy.prod({0}, axis={axis})", None),
    "amax": _arrays("numpy.max({0}, axis={axis})", "torch.amax({0}, dim={dims})"),
    "amin": _arrays("numpy.min({0}, axis={axis})", "torch.amin({0}, dim={dims})"),
    "argmax": _arrays("numpy.argmax({0}, axis={axis}) + 0.0", "torch.argmax({0}, dim={axis}) + 0.0"),
    "norm": _arrays("=", "torch.linalg.vector_norm({0}, dim={axis})", "numpy.sqrt(numpy.sum({0} * {0}, axis={axis}))"),
    "median": _arrays("numpy.median({0}, axis={axis})", "torch.quantile({0}, 0.5, dim={axis})"),
    "spread": _arrays("numpy.broadcast_to({kept}, {shape})", "torch.broadcast_to({kept}, {shape})"),
    # along an axis
    "cumsum": _arrays("numpy.cumsum({0}, axis={axis})", "torch.cumsum({flat}, dim={place})"),
    "cumprod": _arrays("numpy.cumprod({0}, axis={axis})", "torch.cumprod({flat}, dim={place})"),
    "recurrence": _arrays("=", None, "@recurrence"),
    "diff": _arrays("numpy.diff({0}, axis={axis})", "torch.diff({0}, dim={axis})"),
    "reorder": _arrays("=", "torch.take_along_dim({0}, torch.argsort({1}, dim={axis}, stable=True), dim={axis})", "="),
    "restore": _arrays("=", "torch.take_along_dim({0}, torch.argsort(torch.argsort({1}, dim={axis}, stable=True), "
                       "dim={axis}, stable=True), dim={axis})", "="),
    "conv1d": _arrays("numpy.correlate({0}, {1}, 'valid')", None),
    "convolve": _arrays("numpy.convolve({0}, {1}, 'full')", None),
    # shape
    "reshape": _arrays("numpy.reshape({0}, {shape})", "torch.reshape({0}, {shape})"),
    "stack": _arrays("numpy.stack([{all}], axis={axis})", "torch.stack([{all}], dim={axis})"),
    "concat": _arrays("numpy.concatenate([{pieces}], axis={axis})", "torch.cat([{pieces}], dim={axis})"),
    "index": _arrays("{0}[{key}]", "{0}[{key}]"),
    "scatter": _arrays("@scatter", None, "numpy.zeros({shape}).at[{key}].set({0})"),
    "diag": _arrays("numpy.diag({0})", "torch.diag({0})"),
    "diagonal": _arrays("numpy.diagonal({0})", "torch.diagonal({0})"),
    "tril": _arrays("numpy.tril({0}, {k})", "torch.tril({0}, {k})"),
    "triu": _arrays("numpy.triu({0}, {k})", "torch.triu({0}, {k})"),
    "flip": _arrays("numpy.flip({0}, axis={axis})", "torch.flip({0}, dims={dims})"),
    "roll": _arrays("numpy.roll({0}, {by}, axis={axis})", "torch.roll({0}, {by}, dims={axis})"),
    "pad": _arrays("numpy.pad({0}, {widths})", None),
    "eye": _arrays("numpy.eye({n})", "torch.eye({n}, dtype=torch.float64)"),
    "zeros": _arrays("numpy.zeros({shape})", "torch.zeros({shape}, dtype=torch.float64)"),
    "ones": _arrays("numpy.ones({shape})", "torch.ones({shape}, dtype=torch.float64)"),
    # linear algebra
    "dot": _arrays("{0} @ {1}", "{0} @ {1}"), "matmul": _arrays("{0} @ {1}", "{0} @ {1}"),
    "matvec": _arrays("{0} @ {1}", "{0} @ {1}"), "vecmat": _arrays("{0} @ {1}", "{0} @ {1}"),
    "outer": _arrays("numpy.outer({0}, {1})", "torch.outer({0}, {1})"),
    "transpose": _arrays("numpy.transpose({0})", "torch.permute({0}, ({reversed},))"),
    "trace": _arrays("numpy.trace({0})", "torch.trace({0})"),
    "kron": _arrays("numpy.kron({0}, {1})", "torch.kron({0}, {1})"),
    "cross": _arrays("numpy.cross({0}, {1})", "torch.linalg.cross({0}, {1})"),
    "det": _arrays("=", "torch.linalg.det({0})", "numpy.linalg.det({0})"),
    "cofactor": _arrays("=", None, "@cofactor"),
    "minor": _arrays("numpy.delete(numpy.delete({0}, {row}, axis=0), {column}, axis=1)", None),
    "bordered": _arrays("numpy.insert(numpy.insert({0}, {row}, 0.0, axis=0), {column}, 0.0, axis=1)", None),
    "inv": _arrays("=", "torch.linalg.inv({0})", "numpy.linalg.inv({0})"),
    "logdet": _arrays("=", "torch.linalg.slogdet({0})[1]", "numpy.linalg.slogdet({0})[1]"),
    "solve": _arrays("=", "torch.linalg.solve({0}, {1})", "numpy.linalg.solve({0}, {1})"),
    "matpow": _arrays("=", "torch.linalg.matrix_power({0}, {n})", "numpy.linalg.matrix_power({0}, {n})"),
    "expm": _arrays("=", "torch.linalg.matrix_exp({0})", "jax.scipy.linalg.expm({0})"),
    "pinv": _arrays("=", "torch.linalg.pinv({0})", "numpy.linalg.pinv({0})"),
    "cholesky": _arrays("=", "torch.linalg.cholesky(({0} + {0}.T) / 2)", "numpy.linalg.cholesky(({0} + {0}.T) / 2)"),
    "eigvalsh": _arrays("=", "torch.linalg.eigvalsh(({0} + {0}.T) / 2)", "numpy.linalg.eigvalsh(({0} + {0}.T) / 2)"),
    "eigvecsh": _arrays("=", None, None),
    "svdvals": _arrays("=", "torch.linalg.svdvals({0})", "numpy.linalg.svd({0}, compute_uv=False)"),
}  # fmt: skip

_PLAIN = {"sin": "math.sin({0})", "cos": "math.cos({0})", "tan": "math.tan({0})"}
"""Functions of floats that fail at infinity alone, which nothing but a branch that is not taken hands on."""


def known(language: Language) -> frozenset[str]:
    """The rules that a language has."""
    place = list(LANGUAGES).index(language)
    return frozenset(name for name, row in TABLE.items() if row[place] is not None)


def expression(
    language: Language, name: str, operands: Sequence[str], settings: Mapping[str, Any], shapes: Sequence[Any],
    sources: Sources, *, branches: bool,
) -> str:  # fmt: skip
    """A rule on operands in a language.

    Args:
        language: the language, which has the rule.
        name: the rule.
        operands: names or numbers.
        settings: of the rule.
        shapes: of the operands.
        sources: collects the functions that it needs.
        branches: whether there is a `where`: then operands may be undefined, and nothing may fail.
    """
    template = TABLE[name][list(LANGUAGES).index(language)]
    assert template is not None  # noqa: S101  (the graph was written in known rules)
    if name in ("max", "min", "logaddexp") and len(operands) == 1:
        return operands[0]
    if language == "python" and not branches and name in _PLAIN:
        template = _PLAIN[name]
    if template == "=":
        function = FLOATS[name] if language == "python" else _of_arrays(name)
        return _called(sources.function(function, name), operands, settings)
    if template.startswith("@each:"):
        from gradcli.report.exported_arrays import each  # numbers alone need no NumPy

        helper = sources.function(each)
        return f"{helper}({', '.join([sources.function(FLOATS[name], name), *operands])})"
    if template.startswith("@"):
        helper = sources.function(_helper(template[1:]), name)
        return _called(helper, operands, settings)
    return template.format(*operands, **_fields(template, operands, settings, shapes))


def _helper(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] | None = getattr(exported, name, None)
    if found is None:
        from gradcli.report import exported_arrays  # numbers alone need no NumPy

        found = getattr(exported_arrays, name)
    return found


def _of_arrays(name: str) -> Callable[..., Any]:
    from gradcli.rules.array_functions import ARRAY_FUNCTIONS  # numbers alone need no NumPy

    return ARRAY_FUNCTIONS[name]


def _called(function: str, operands: Sequence[str], settings: Mapping[str, Any]) -> str:
    given = [f"{name}={_setting(name, value)}" for name, value in settings.items()]
    return f"{function}({', '.join([*operands, *given])})"


def _setting(name: str, value: Any) -> str:
    return f"({_key(value)},)" if name == "key" else repr(value)


def _key(key: Sequence[Any], *, inside: bool = False) -> str:
    """An index as it stands in square brackets, or as a tuple of slices."""
    if inside:
        return ", ".join(_range(at) if isinstance(at, Slice) else str(at) for at in key)
    return ", ".join(f"slice{tuple(at)!r}" if isinstance(at, Slice) else str(at) for at in key)


def _range(at: Slice) -> str:
    start, stop, step = ("" if part is None else str(part) for part in at)
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def _fields(
    template: str, operands: Sequence[str], settings: Mapping[str, Any], shapes: Sequence[Any]
) -> dict[str, str]:
    """What a template may ask for beside its operands."""
    fields = {name: repr(value) for name, value in settings.items()}
    fields["all"] = ", ".join(operands)
    if "{fold}" in template:
        head = template.partition("(")[0]
        folded = operands[0]
        for operand in operands[1:-1]:
            folded = f"{head}({folded}, {operand})"
        fields["fold"] = f"{folded}, {operands[-1]}" if len(operands) > 1 else f"{folded}, {folded}"
    if "key" in settings:
        fields["key"] = _key(settings["key"], inside=True) or "..."
    shape = shapes[0] if shapes else ()
    axis = settings.get("axis")
    fields["dims"] = repr(tuple(range(len(shape))) if axis is None else (axis,))
    fields["place"] = repr(0 if axis is None else axis)
    fields["flat"] = operands[0] if axis is not None or not operands else f"{operands[0]}.reshape(-1)"
    fields["reversed"] = ", ".join(str(place) for place in reversed(range(len(shape))))
    reshaped = "torch.reshape({}, (1,))" if "torch" in template else "numpy.reshape({}, (1,))"
    fields["pieces"] = ", ".join(x if s else reshaped.format(x) for x, s in zip(operands, shapes, strict=True))
    if "{kept}" in template:
        fields["kept"] = _kept(operands[0], len(settings["shape"]), axis)
    if "before" in settings:
        fields["widths"] = repr(_widths(len(shape), **settings))
    return fields


def _kept(operand: str, axes: int, axis: int | None) -> str:
    """An operand with the axis that was summed over put back, of size 1."""
    if axis is None or axes == 1:
        return operand
    return f"{operand}[{', '.join('None' if place == axis % axes else ':' for place in range(axes))}]"


def _widths(axes: int, *, before: int, after: int | None, axis: int | None) -> list[tuple[int, int]]:
    width = (before, before if after is None else after)
    places = range(axes) if axis is None else (axis % axes,)
    return [width if place in places else (0, 0) for place in range(axes)]
