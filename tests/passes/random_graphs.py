"""Random graphs of smooth rules, and random formulas."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from gradcli.graph.builder import Builder
from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.table import RULES

SMOOTH = [
    rule
    for rule in RULES.values()
    if rule.listed and not rule.kinks and rule.family != "comparison" and rule.name not in ("where", "polygamma")
]
_FLOATS = Floats()


def _tame(rule, operands):
    """Whether a rule is far enough from its domain's border that doubles can be expected to be right."""
    if rule.fault(*operands) is not None:
        return False
    value = evaluate(rule, _FLOATS, operands)
    if not 1e-3 <= abs(value) <= 50:
        return False
    return all(math.isfinite(d) and abs(d) <= 50 for d in local_derivatives(rule, _FLOATS, value, operands))


@st.composite
def graphs(draw, rules=SMOOTH, steps=8):
    """A graph and a point; steps that would leave the tame region are left out."""
    builder = Builder()
    count = draw(st.integers(1, 3))
    point = [draw(st.floats(-3, 3).filter(lambda x: abs(x) > 0.05)) for _ in range(count)]
    values = {builder.input(f"x{k}"): x for k, x in enumerate(point)}
    for _ in range(draw(st.integers(1, steps))):
        rule = draw(st.sampled_from(rules))
        terms = rule.arity + len(rule.defaults)
        slots = list(values)
        operands = tuple(draw(st.sampled_from(slots)) for _ in range(terms))
        if draw(st.integers(0, 9)) == 0:
            constant = draw(st.sampled_from([2.0, 0.5, -1.5]))
            operands = (*operands[:-1], builder.constant(constant))
            values[operands[-1]] = constant
        numbers = [values[slot] for slot in operands]
        if _tame(rule, numbers):
            slot = builder.apply(rule, operands)
            values[slot] = evaluate(rule, _FLOATS, numbers)
    output = next(slot for slot in reversed(list(values)) if slot not in builder.constants)
    return builder.finish(output), tuple(point)


LEAVES = st.sampled_from(["x", "y", "z", "2", "0.5", "x", "y"])


def _smooth(inner):
    one = st.sampled_from(
        ["sin({0})", "σ({0})", "tanh({0})", "1/(1 + e^(-({0})))", "ln(1 + e^({0}))", "-({0})", "({0})²", "cos(2*({0}))",
         "(e^({0}) - e^(-({0})))/(e^({0}) + e^(-({0})))", "s({0}, {0})"]
    )  # fmt: skip
    two = st.sampled_from(
        ["({0} + {1})", "({0} - {1})", "({0})*({1})", "({0} + {1})^2", "({0})/(2 + ({1})²)", "s({0}, {1})"]
    )
    return st.builds(str.format, one, inner) | st.builds(str.format, two, inner, inner)


def _rough(inner):
    one = st.sampled_from(
        ["ln({0})", "sqrt({0})", "1/({0})", "e^({0})", "relu({0})", "abs({0})", "({0})^0.5", "r({0})"]
    )
    two = st.sampled_from(
        ["({0} + {1})", "({0})*({1})", "max({0}, {1})", "where({0} > {1}, {0}, ln({1}))", "({0})/({1})"]
    )
    three = st.just("where({0} > 0, {1}, {2})")
    return (
        st.builds(str.format, one, inner)
        | st.builds(str.format, two, inner, inner)
        | st.builds(str.format, three, inner, inner, inner)
    )


SMOOTH_FORMULAS = st.builds(
    "gate s(u, v) = u*sin(v); p = {}; q = {} + p; f = p*q + {}".format,
    *[st.recursive(LEAVES, _smooth, max_leaves=6)] * 3,
)
ROUGH_FORMULAS = st.builds(
    "gate r(u) = where(u > 1, 1/(1/(u - 2)), u); f = {} + 0*x*y*z".format, st.recursive(LEAVES, _rough, max_leaves=8)
)
