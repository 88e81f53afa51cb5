"""What each operation does to a gradient, in the lecture's words: one table, by the name of the rule or its family."""

from __future__ import annotations

from dataclasses import dataclass

from gradcli.graph.tape import ArrayGate, Composite, Gate


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a gradient flows back through an operation.

    Attributes:
        says: what holds at every point.
        passed: what holds where all stored local derivatives are 1; "" if there is nothing more to say.
        blocked: what holds where all of them are 0.
        constant: what holds where only one operand is no constant.
        tied: what holds where operands are equal, and the convention divides the gradient.
    """

    says: str
    passed: str = ""
    blocked: str = ""
    constant: str = ""
    tied: str = ""


PRODUCT = "upstream × local"

_BLOCKED = "the gradient is blocked"
_FLAT = "no small change of an input changes the output"
_LIMITED = Pattern(
    "the gradient passes between the limits and is blocked outside",
    passed="the input lies between the limits, so the gradient passes unchanged",
    blocked=f"the input lies outside the limits, so {_BLOCKED}",
)


def _selecting(name: str, which: str) -> Pattern:
    return Pattern(
        f"{name} selects, and the {which} input gets the gradient",
        passed=f"{name} selects its input, and the gradient passes unchanged",
        blocked=f"{name} selects a constant, so {_BLOCKED}",
        tied=f"{name} selects, and the equal inputs share the gradient by convention",
    )


_STEP = Pattern(f"{_FLAT}, so {_BLOCKED}")
_MOVES = Pattern("entries only change their places, so the gradient goes back to where they came from")
_PLACES = Pattern("a place is no size, so nothing is handed on")

SCALARS: dict[str, Pattern] = {
    "add": Pattern("addition distributes the gradient unchanged", constant="a constant that is added leaves the "
                   "gradient unchanged"),
    "sub": Pattern("subtraction distributes the gradient, to the second input with its sign changed",
                   passed="a constant that is subtracted leaves the gradient unchanged",
                   constant="the gradient changes its sign"),
    "neg": Pattern("a minus sign changes the sign of the gradient"),
    "mul": Pattern("multiplication switches the inputs, each gets the gradient times the other one",
                   constant="a constant factor scales the gradient"),
    "div": Pattern(f"both sides of a quotient get {PRODUCT}", constant=f"a quotient hands on {PRODUCT}"),
    "recip": Pattern(f"a reciprocal hands on {PRODUCT}"),
    "pow": Pattern(f"base and exponent of a power get {PRODUCT}", constant=f"a power hands on {PRODUCT}"),
    "square": Pattern(f"a power hands on {PRODUCT}"),
    "cube": Pattern(f"a power hands on {PRODUCT}"),
    "exp": Pattern(f"the slope of e^· is its own output and scales the gradient, {PRODUCT}"),
    "ln": Pattern(f"the slope of a logarithm is one over its input and scales the gradient, {PRODUCT}"),
    "sin": Pattern(f"the slope of sin is cos of the input and scales the gradient, {PRODUCT}"),
    "cos": Pattern(f"the slope of cos is −sin of the input and scales the gradient, {PRODUCT}"),
    "sqrt": Pattern(f"a root hands on {PRODUCT}"),
    "cbrt": Pattern(f"a root hands on {PRODUCT}"),
    "rsqrt": Pattern(f"one over a root hands on {PRODUCT}"),
    "abs": Pattern("the gradient of a positive input passes, that of a negative one changes its sign",
                   passed="the input is positive, so the gradient passes unchanged",
                   blocked=f"the input is zero, where by convention {_BLOCKED}"),
    **dict.fromkeys(("sign", "floor", "ceil", "round", "trunc", "heaviside"), _STEP),
    "frac": Pattern("between its jumps the gradient passes unchanged"),
    "max": _selecting("max", "largest"),
    "min": _selecting("min", "smallest"),
    "where": Pattern("where selects, and only the branch that is taken gets the gradient"),
    "clamp": _LIMITED,
    "relu": Pattern("relu passes the gradient where its input is positive and blocks it elsewhere",
                    passed="relu passes the gradient, because its input is positive",
                    blocked="relu blocks the gradient, because its input is not positive"),
    "leaky_relu": Pattern("the gradient passes where the input is positive and is scaled down elsewhere",
                          passed="the input is positive, so the gradient passes unchanged"),
    "elu": Pattern("the gradient passes where the input is positive and is scaled elsewhere",
                   passed="the input is positive, so the gradient passes unchanged"),
    "celu": Pattern("the gradient passes where the input is positive and is scaled elsewhere",
                    passed="the input is positive, so the gradient passes unchanged"),
    "hardtanh": _LIMITED,
    "relu6": _LIMITED,
    "hardsigmoid": Pattern("the gradient is scaled between the limits and blocked outside",
                           blocked=f"the input lies outside the limits, so {_BLOCKED}"),
    "hardswish": Pattern(f"between and above the limits it hands on {PRODUCT}, below them nothing",
                         passed="the input lies above the limits, so the gradient passes unchanged",
                         blocked=f"the input lies below the limits, so {_BLOCKED}"),
    "deg2rad": Pattern("a constant factor scales the gradient"),
    "rad2deg": Pattern("a constant factor scales the gradient"),
}  # fmt: skip

FAMILIES: dict[str, Pattern] = {
    "exponential": Pattern(f"exponentials and logarithms hand on {PRODUCT}"),
    "trigonometric": Pattern(f"the slope of the function scales the gradient, {PRODUCT}"),
    "hyperbolic": Pattern(f"the slope of the function scales the gradient, {PRODUCT}"),
    "special": Pattern(f"every input gets {PRODUCT}"),
    "activation": Pattern(f"the slope of the activation scales the gradient, {PRODUCT}"),
    "binary": Pattern(f"every input gets {PRODUCT}"),
    "loss": Pattern(f"every input of the loss gets {PRODUCT}"),
    "comparison": _STEP,
    "block": Pattern(f"its function is not given, but its local derivatives are, so every input gets {PRODUCT}"),
}

COMPOSITES: dict[str, Pattern] = {
    "square_of_add": Pattern(f"the square of a sum hands the same to both inputs, {PRODUCT}"),
    "square_of_sub": Pattern(f"the square of a difference hands on {PRODUCT}, to the second input with the sign "
                             "changed"),
}  # fmt: skip

_WHOLE = Pattern(f"its operations count as one gate, so every input gets {PRODUCT}")
_ANY = Pattern(f"every input gets {PRODUCT}")

ARRAYS: dict[str, Pattern] = {
    "sum": Pattern("a sum forward is a copy backward"),
    "spread": Pattern("a copy forward is a sum backward"),
    "mean": Pattern("a mean hands the same share of the gradient to all its entries"),
    "amax": Pattern("max selects, the gradient goes to the largest entries, the others get none",
                    tied="max selects, and the equal entries share the gradient by convention"),
    "amin": Pattern("min selects, the gradient goes to the smallest entries, the others get none",
                    tied="min selects, and the equal entries share the gradient by convention"),
    "norminf": Pattern("only the entry of the largest size gets the gradient"),
    **dict.fromkeys(("winners", "argmax", "argmin", "onehot"), _PLACES),
    "cumsum": Pattern("an entry is copied into all later sums, so their gradients are added"),
    "median": Pattern("the median selects, the gradient goes to the entries in the middle"),
    **dict.fromkeys(("sort", "reorder", "restore", "reshape", "vec", "flip", "roll", "transpose", "as_row",
                     "as_column"), _MOVES),
    "stack": Pattern("its inputs stand side by side, so the gradient is cut into their parts"),
    "concat": Pattern("its inputs stand side by side, so the gradient is cut into their parts"),
    "index": Pattern("entries are picked, they get the gradient, the others get none"),
    "scatter": Pattern("entries are put into their places, so the gradient is read from there"),
    "diag": Pattern("only the diagonal holds entries, so the gradient is read from there"),
    "diagonal": Pattern("the diagonal is picked, it gets the gradient, the other entries get none"),
    "tril": Pattern("the lower triangle is kept, it gets the gradient, the other entries get none"),
    "triu": Pattern("the upper triangle is kept, it gets the gradient, the other entries get none"),
    "pad": Pattern("the border holds no entries, so the gradient is cut back to the inside"),
    "dot": Pattern("a product switches the inputs, each gets the gradient times the other one"),
    **dict.fromkeys(("matvec", "vecmat", "matmul", "outer", "kron"),
                    Pattern("a matrix product switches the inputs, each meets the gradient and the other one")),
    "trace": Pattern("the trace adds up the diagonal, so the gradient is copied there"),
}  # fmt: skip

ARRAY_FAMILIES: dict[str, Pattern] = {
    "reduction": Pattern("all entries are brought together, and each gets its part of the gradient"),
    "norm": Pattern("all entries take part in the norm, and each gets its part of the gradient"),
    "sequence": Pattern("an entry reaches several others, and what comes back from them is added"),
    "shape": Pattern("it is made without inputs, so nothing is handed on"),
    "linear algebra": Pattern("every entry of the output depends on many of the input"),
    "normalisation": Pattern("every entry of the output depends on all that are normalised together"),
    "loss": Pattern("every input of the loss gets its part of the gradient"),
}


def pattern(gate: Gate) -> Pattern:
    """How a gradient flows back through a gate."""
    if isinstance(gate, Composite):
        return COMPOSITES.get(gate.name, _WHOLE)
    if isinstance(gate, ArrayGate):
        return ARRAYS.get(gate.name) or ARRAY_FAMILIES.get(gate.rule.family, _ANY)
    return SCALARS.get(gate.name) or FAMILIES.get(gate.family, _ANY)
