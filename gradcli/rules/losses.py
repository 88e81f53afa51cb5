"""Losses entry by entry: of a prediction and its target. What is done with many of them, a mean or a sum, is written.

The first operand is the prediction, the second the target, and what follows shapes the loss.
"""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.chapter import chapter, undefined, written
from gradcli.rules.rule import Domain, Kink, Rule

rule = chapter("loss")


def _probability(*more: Any) -> Domain:
    """A prediction p that is a probability: at 0 and 1 the loss is finite only if the target t is the same."""
    return undefined(
        "0 < i₁ < 1, or i₁ = i₂ = 0, or i₁ = i₂ = 1",
        (lambda p, *_: not 0 <= p <= 1, lambda p, *_: f"{written(p)} is no probability"),
        (lambda p, t, *_: p in (0, 1) and p != t, "ln of 0"),
        *more,
    )


BCE = _probability()
FOCAL = _probability((lambda p, t, c=2.0: c < 0 and p in (0, 1), lambda p, t, c: f"0 to the power {written(c)}"))
GAUSSIAN = undefined(
    "i₃ > 0", (lambda u, y, v: v < 0, "a negative variance"), (lambda u, y, v: v == 0, "a variance of 0")
)
KL = undefined(
    "i₁ ≥ 0 and i₂ > 0, or both 0",
    (lambda p, q: p < 0 or q < 0, lambda p, q: f"{written(min(p, q))} is no probability"),
    (lambda p, q: p != 0 and q == 0, lambda p, q: f"{written(p)}/0"),
)


def _bce(m: Any, p: Any, t: Any) -> Any:
    # 0 · ln 0 is 0 here: a target of 1 does not ask for ln(1 − p). A p above 1 stays undefined.
    return -m.xlogy(t, p) - m.where(m.eq(t, 1) * (p <= 1), 0, (1 - t) * m.log1p(-p))


def _bce_local(m: Any, o: Any, p: Any, t: Any) -> tuple[Any, Any]:
    # At p = 0 the target is 0, at p = 1 it is 1. The cases look at p: 0 for t = 0 would hide the slope by t.
    return m.where(m.eq(p, 1), 0, (1 - t) / (1 - p)) - m.where(m.eq(p, 0), 0, t / p), -m.logit(p)


def _focal(m: Any, p: Any, t: Any, c: Any) -> Any:
    missed = m.where(m.eq(t, 1) * (p <= 1), 0, (1 - t) * m.pow(p, c) * m.log1p(-p))
    return -m.xlogy(t * m.pow(1 - p, c), p) - missed


def _focal_local(m: Any, o: Any, p: Any, t: Any, c: Any) -> tuple[Any, Any, Any]:
    hit, missed = m.pow(1 - p, c), m.pow(p, c)
    # ln p/(1 − p) at 1 and its mirror image at 0: (1 − p)^(γ − 1) ln p would be ∞ · 0 for a small γ.
    near_1, near_0 = m.where(m.eq(p, 1), -1, m.ln(p) / (1 - p)), m.where(m.eq(p, 0), -1, m.log1p(-p) / p)
    by_hit = m.where(m.eq(p, 0), 0, t * hit * (c * near_1 - 1 / p))
    by_missed = m.where(m.eq(p, 1), 0, (1 - t) * missed * (1 / (1 - p) - c * near_0))
    inside = (p > 0) * (p < 1)
    return (
        by_hit + by_missed,
        missed * m.log1p(-p) - hit * m.ln(p),
        m.where(inside, -m.ln(p) * m.log1p(-p) * (t * hit + (1 - t) * missed), 0),
    )


def _focal_spelled(m: Any, p: Any, t: Any, c: Any) -> Any:
    return -t * m.pow(1 - p, c) * m.ln(p) - (1 - t) * m.pow(p, c) * m.ln(1 - p)


def _focal_shown(m: Any, o: Any, p: Any, t: Any, c: Any) -> tuple[Any, Any, Any]:
    hit, missed = m.pow(1 - p, c), m.pow(p, c)
    return (
        t * (c * m.pow(1 - p, c - 1) * m.ln(p) - hit / p)
        + (1 - t) * (missed / (1 - p) - c * m.pow(p, c - 1) * m.ln(1 - p)),
        missed * m.ln(1 - p) - hit * m.ln(p),
        -m.ln(p) * m.ln(1 - p) * (t * hit + (1 - t) * missed),
    )


def _huber(m: Any, p: Any, t: Any, c: Any) -> Any:
    return m.where(m.abs(p - t) <= c, m.square(p - t) / 2, c * (m.abs(p - t) - c / 2))


def _huber_local(m: Any, o: Any, p: Any, t: Any, c: Any) -> tuple[Any, Any, Any]:
    slope = m.where(m.abs(p - t) <= c, p - t, c * m.sign(p - t))
    return slope, -slope, m.relu(m.abs(p - t) - c)


def _huber_shown(m: Any, o: Any, p: Any, t: Any, c: Any) -> tuple[Any, Any, Any]:
    return m.clamp(p - t, -c, c), -m.clamp(p - t, -c, c), m.relu(m.abs(p - t) - c)


def _log_cosh(m: Any, p: Any, t: Any) -> Any:
    gap = m.abs(p - t)
    # The first form keeps the digits of (p − t)²/2, the second does not overflow.
    return m.where(gap < 1, m.log1p(m.square(m.sinh(gap))) / 2, gap + m.log1p(m.exp(-2 * gap)) - m.ln(2))


def _quantile_local(m: Any, o: Any, p: Any, t: Any, c: Any) -> tuple[Any, Any, Any]:
    return m.where(t > p, -c, m.where(p > t, 1 - c, 0)), m.where(t > p, c, m.where(p > t, c - 1, 0)), t - p


def _kl_div(m: Any, p: Any, q: Any) -> Any:
    # Two negative numbers have a positive quotient; ln(−1) is undefined, as the whole is.
    return m.where(m.eq(p, 0) * (q >= 0), 0, p * m.ln(m.where(q > 0, p / q, -1)))


def kl_div_local(m: Any, o: Any, p: Any, q: Any) -> tuple[Any, Any]:
    """The slopes of one term p · ln(p/q)."""
    # At q = 0 there is only p = 0.
    return m.where(m.eq(q, 0), m.ln(p), m.ln(p / q)) + 1, m.where(m.eq(q, 0), 0, -p / q)


PAIRS = ((-2.0, 5.0), (3.0, 2.5), (0.5, 0.25))
DRAW = ((-20.0, 20.0), (-20.0, 20.0))
PROBABILITIES = ((0.3, 1.0), (0.9, 0.0), (0.25, 0.4))
DRAW_PROBABILITIES = ((1e-3, 0.999), (0.0, 1.0))
MARGINS = ((-2.0, 1.0), (0.4, 1.0), (3.0, 1.0), (0.7, -1.0))

LOSSES: tuple[Rule, ...] = (
    rule(
        "squared_error", lambda m, p, t: m.square(p - t), lambda m, o, p, t: (2 * (p - t), -2 * (p - t)), arity=2,
        samples=PAIRS, draw=DRAW, spelled=(lambda m, p, t: m.square(p - t),),
    ),
    rule(
        "absolute_error", lambda m, p, t: m.abs(p - t), lambda m, o, p, t: (m.sign(p - t), -m.sign(p - t)), arity=2,
        aliases=("abs_error",), kinks=(Kink(lambda p, t: p == t, "absolute_error: derivative 0 where i₁ = i₂"),),
        samples=PAIRS, draw=DRAW, spelled=(lambda m, p, t: m.abs(p - t),),
    ),
    rule(
        "huber", _huber, _huber_local, arity=2, defaults=(1.0,), aliases=("huber_loss",), shown=_huber_shown,
        samples=((-2.0, 5.0, 1.0), (3.0, 2.5, 1.0), (6.0, 2.0, 0.5), (1.0, 2.5, 2.0)), draw=(*DRAW, (0.1, 3.0)),
        spelled=(_huber,),
    ),
    rule(
        "log_cosh", _log_cosh, lambda m, o, p, t: (m.tanh(p - t), -m.tanh(p - t)), arity=2,
        aliases=("logcosh", "log_cosh_loss"), samples=(*PAIRS, (1e-5, 3e-5)), draw=DRAW,
        spelled=(lambda m, p, t: m.ln(m.cosh(p - t)),),
    ),
    rule(
        # τ of the gap where the prediction is too small, 1 − τ of it where it is too large.
        "quantile", lambda m, p, t, c: m.where(t > p, c * (t - p), (1 - c) * (p - t)), _quantile_local, arity=3,
        aliases=("pinball", "quantile_loss", "pinball_loss"),
        kinks=(Kink(lambda p, t, c: p == t, "quantile: derivative 0 where i₁ = i₂"),),
        samples=((-2.0, 5.0, 0.9), (3.0, 2.5, 0.9), (0.5, 0.25, 0.2)), draw=(*DRAW, (0.05, 0.95)),
        spelled=(lambda m, p, t, c: c * m.relu(t - p) + (1 - c) * m.relu(p - t),),
    ),
    rule(
        "bce", _bce, _bce_local, arity=2, aliases=("binary_cross_entropy", "bce_loss"), domain=BCE,
        shown=lambda m, o, p, t: ((p - t) / (p * (1 - p)), m.ln((1 - p) / p)),
        samples=PROBABILITIES, draw=DRAW_PROBABILITIES,
        spelled=(lambda m, p, t: -t * m.ln(p) - (1 - t) * m.ln(1 - p),),
    ),
    rule(
        # bce of σ(z), which 1 − σ(z) = σ(−z) says without a subtraction that would lose digits.
        "bce_logits", lambda m, z, t: t * m.softplus(-z) + (1 - t) * m.softplus(z),
        lambda m, o, z, t: ((1 - t) * m.sigmoid(z) - t * m.sigmoid(-z), -z), arity=2,
        aliases=("bce_with_logits", "binary_cross_entropy_with_logits", "sigmoid_cross_entropy"),
        shown=lambda m, o, z, t: (m.sigmoid(z) - t, -z), samples=((-3.0, 1.0), (2.0, 0.0), (0.4, 0.3), (40.0, 1.0)),
        draw=((-30.0, 30.0), (0.0, 1.0)), spelled=(lambda m, z, t: m.ln(1 + m.exp(z)) - z * t,),
    ),
    rule(
        "focal", _focal, _focal_local, arity=2, defaults=(2.0,), aliases=("focal_loss",), domain=FOCAL,
        shown=_focal_shown, samples=((0.3, 1.0, 2.0), (0.9, 0.0, 2.0), (0.25, 0.4, 0.5), (0.7, 1.0, 5.0)),
        draw=(*DRAW_PROBABILITIES, (0.1, 5.0)), spelled=(_focal_spelled,),
    ),
    rule(
        "hinge", lambda m, s, y: m.relu(1 - s * y),
        lambda m, o, s, y: (m.where(s * y < 1, -y, 0), m.where(s * y < 1, -s, 0)), arity=2, aliases=("hinge_loss",),
        kinks=(Kink(lambda s, y: s * y == 1, "hinge: derivative 0 at the margin, i₁ i₂ = 1"),),
        samples=MARGINS, draw=DRAW, spelled=(lambda m, s, y: m.relu(1 - s * y),),
    ),
    rule(
        "squared_hinge", lambda m, s, y: m.square(m.relu(1 - s * y)),
        lambda m, o, s, y: (-2 * y * m.relu(1 - s * y), -2 * s * m.relu(1 - s * y)), arity=2,
        aliases=("squared_hinge_loss",), samples=MARGINS, draw=DRAW,
        spelled=(lambda m, s, y: m.square(m.relu(1 - s * y)),),
    ),
    rule(
        # Without ln t!, which no prediction changes; the rate is e^z.
        "poisson_nll", lambda m, z, t: m.exp(z) - z * t, lambda m, o, z, t: (m.exp(z) - t, -z), arity=2,
        aliases=("poisson_nll_loss",), samples=((-3.0, 2.0), (0.5, 0.0), (2.0, 7.0)),
        draw=((-20.0, 20.0), (0.0, 30.0)), spelled=(lambda m, z, t: m.exp(z) - z * t,),
    ),
    rule(
        # Without ½ ln 2π, which no prediction changes.
        "gaussian_nll", lambda m, u, y, v: (m.ln(v) + m.square(u - y) / v) / 2,
        lambda m, o, u, y, v: ((u - y) / v, -(u - y) / v, (1 - m.square(u - y) / v) / (2 * v)), arity=3,
        aliases=("gaussian_nll_loss",), domain=GAUSSIAN,
        shown=lambda m, o, u, y, v: ((u - y) / v, -(u - y) / v, (1 / v - m.square(u - y) / m.square(v)) / 2),
        samples=((-2.0, 5.0, 4.0), (3.0, 2.5, 0.5), (0.5, 0.25, 1.0)), draw=(*DRAW, (0.05, 20.0)),
        spelled=(lambda m, u, y, v: (m.ln(v) + m.square(u - y) / v) / 2,),
    ),
    rule(
        # One term of the divergence.
        "kl_div", _kl_div, kl_div_local, arity=2, aliases=("rel_entr",), domain=KL,
        shown=lambda m, o, p, q: (m.ln(p / q) + 1, -p / q), samples=((0.3, 0.5), (0.9, 0.1), (2.0, 7.0)),
        draw=((1e-3, 20.0), (1e-3, 20.0)), spelled=(lambda m, p, q: p * m.ln(p / q),),
    ),
)  # fmt: skip
