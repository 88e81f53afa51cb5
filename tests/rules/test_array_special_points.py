"""Ties, zeros, singular matrices and overflow: what is answered, and what is said, where calculus has no answer."""

from __future__ import annotations

import math

import numpy
import pytest

from gradcli.rules.array_losses import ARRAY_LOSSES
from gradcli.rules.array_rule import REQUIRED
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.binary import tie_convention
from gradcli.rules.softmax import SOFTMAX

from . import array_checks as checks

inf = math.inf
half, third = 1 / 2, 1 / 3
I2 = [[1, 0], [0, 1]]
SINGULAR = [[1, 2], [2, 4]]
MAGIC = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def at(name, *operands, ties="split", g=1.0, **chosen):
    rule = ARRAY_RULES[name]
    chosen = checks.complete(rule, chosen)
    arrays = [numpy.array(x, dtype=float) for x in operands]
    o = checks.value(rule, arrays, chosen, ties)
    slopes = checks.pullback(rule, numpy.broadcast_to(numpy.asarray(g, dtype=float), o.shape), arrays, chosen, ties)
    return o, slopes


def said(name, *operands, **chosen):
    rule = ARRAY_RULES[name]
    chosen = checks.complete(rule, chosen)
    arrays = [numpy.array(x, dtype=float) for x in operands]
    assert rule.fault is None or rule.fault(*arrays, **chosen) is None
    return [kink.says for kink in rule.kinks if kink.at(*arrays, **chosen)]


# name, operand, settings, what it receives for g = 1 at every entry, words that say so
KINKS = [
    ("amax", [3, 1, 3], {}, [half, 0, half], "max of k equal inputs: 1/k each"),
    ("amax", [[2, 2], [2, 1]], {}, [[third, third], [third, 0]], "1/k each"),
    ("amax", [[2, 2], [2, 1]], {"axis": 0}, [[half, 1], [half, 0]], "1/k each"),
    ("amin", [1, 1, 3], {}, [half, half, 0], "min of k equal inputs: 1/k each"),
    ("argmax", [3, 1, 3], {}, [0, 0, 0], "the first"),
    ("argmin", [1, 1, 3], {}, [0, 0, 0], "the first"),
    ("std", [4, 4, 4], {}, [0, 0, 0], "std of equal numbers: slope 0"),
    ("std", [0.1, 0.1, 0.1], {"ddof": 1}, [0, 0, 0], "slope 0"),
    ("std", [[1, 1], [1, 3]], {"axis": 1}, [[0, 0], [-half, half]], "slope 0"),
    ("norm", [0, 0], {}, [0, 0], "‖·‖′(0) = 0"),
    ("norm", [[0, 0], [3, 4]], {"axis": 1}, [[0, 0], [0.6, 0.8]], "‖·‖′(0) = 0"),
    ("norm1", [0, -2], {}, [0, -1], "|·|′(0) = 0"),
    ("norminf", [-3, 3, 1], {}, [-half, half, 0], "1/k each"),
    ("norminf", [0, 0], {}, [0, 0], "‖·‖∞′(0) = 0"),
    ("normp", [0, 0], {"p": 3}, [0, 0], "‖·‖ₚ′(0) = 0"),
    ("normp", [0, 5], {"p": 1}, [0, 1], "|·|′(0) = 0"),
    ("sort", [2, 1, 2], {}, [1, 1, 1], "keep their order"),
    ("median", [2, 2, 2], {}, [0, 1, 0], "as they stand"),
    ("eigvalsh", I2, {}, I2, "equal eigenvalues"),
    ("svdvals", I2, {}, I2, "equal singular values"),
    ("svdvals", [[3, 0], [0, 0]], {}, [[1, 0], [0, 0]], "singular value 0"),
    ("nuclear", [[0, 0], [0, 0]], {}, [[0, 0], [0, 0]], "singular value 0"),
    ("spectral", I2, {}, [[half, 0], [0, half]], "1/k each"),
    ("spectral", [[0, 0], [0, 0]], {}, [[0, 0], [0, 0]], "‖·‖₂′(0) = 0"),
    ("pinv", [[2, 0], [0, 0]], {}, [[-0.25, 0], [0, 0]], "this rank"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operand", "chosen", "slope", "words"), KINKS)
def test_at_a_kink_the_convention_is_used_and_said(name, operand, chosen, slope, words):
    g = numpy.diag([1.0, 0.0]) if name == "pinv" else 1.0
    assert at(name, operand, g=g, **chosen)[1][0] == pytest.approx(numpy.array(slope), abs=1e-15)
    assert any(words in text for text in said(name, operand, **chosen))


def test_every_kink_stands_in_the_table():
    told = {(name, text) for name, operand, chosen, _, _ in KINKS for text in said(name, operand, **chosen)}
    here = (rule for rule in ARRAY_RULES.values() if rule not in (*SOFTMAX, *ARRAY_LOSSES))
    assert {(rule.name, kink.says) for rule in here for kink in rule.kinks} == told


def test_ties_are_told_as_those_of_two_operands():
    assert tie_convention("max", "split") in said("amax", [1, 1])
    assert tie_convention("min", "split") in said("amin", [1, 1])


@pytest.mark.parametrize(("ties", "row", "whole"), [
    ("split", [[half, half, 0], [0, half, half]], [0, 0, 0, 0, half, half]),
    ("first", [[1, 0, 0], [0, 1, 0]], [0, 0, 0, 0, 1, 0]),
    ("all", [[1, 1, 0], [0, 1, 1]], [0, 0, 0, 0, 1, 1]),
])  # fmt: skip
def test_ties(ties, row, whole):
    x = numpy.array([[5, 5, 1], [2, 7, 7]])
    assert at("amax", x, ties=ties, axis=1)[1][0].tolist() == row
    assert at("amin", -x, ties=ties, axis=1)[1][0].tolist() == row
    assert at("amax", x, ties=ties)[1][0].ravel().tolist() == whole
    assert at("norminf", -x, ties=ties)[1][0].ravel().tolist() == [-w for w in whole]


# name, operands, settings, value, what each operand receives for g = 1
VALUES = [
    ("prod", [[2, 0, 5]], {}, 0, [[0, 10, 0]]),
    ("prod", [[0, 3, 0]], {}, 0, [[0, 0, 0]]),
    ("prod", [[[0, 3], [2, 5]]], {"axis": 1}, [0, 10], [[[3, 0], [5, 2]]]),
    ("prod", [[7]], {}, 7, [[1]]),
    ("cumprod", [[2, 0, 5]], {}, [2, 0, 0], [[1, 12, 0]]),
    ("cumprod", [[0, 0, 5]], {}, [0, 0, 0], [[1, 0, 0]]),
    ("cumsum", [[1, 2, 3]], {}, [1, 3, 6], [[3, 2, 1]]),
    ("logsumexp", [[1000, 1000]], {}, 1000 + math.log(2), [[half, half]]),
    ("logsumexp", [[-1000, -1000]], {}, -1000 + math.log(2), [[half, half]]),
    ("logsumexp", [[-inf, 3]], {}, 3, [[0, 1]]),
    ("logsumexp", [[inf, 3]], {}, inf, [[math.nan, 0]]),
    ("norm", [[3e200, 4e200]], {}, 5e200, [[0.6, 0.8]]),
    ("norm", [[3e-200, -4e-200]], {}, 5e-200, [[0.6, -0.8]]),
    ("norm", [[[3, 4]]], {}, 5, [[[0.6, 0.8]]]),
    ("normp", [[3e200, 4e200]], {"p": 2}, 5e200, [[0.6, 0.8]]),
    ("normalize", [[3, 4]], {}, [0.6, 0.8], [[0.032, -0.024]]),
    ("var", [[1, 2, 3]], {}, 2 / 3, [[-2 / 3, 0, 2 / 3]]),
    ("var", [[1e9, 1e9 + 1]], {"ddof": 1}, half, [[-1, 1]]),
    ("median", [[4, 1, 3, 2]], {}, 2.5, [[0, 0, half, half]]),
    ("median", [[1, 2, 2, 3]], {}, 2, [[0, half, half, 0]]),
    ("sort", [[3, 1, 2]], {}, [1, 2, 3], [[1, 1, 1]]),
    ("diff", [[1, 4, 9]], {}, [3, 5], [[-1, 0, 1]]),
    ("det", [SINGULAR], {}, 0, [[[4, -2], [-2, 1]]]),
    ("det", [[[0, 0], [0, 0]]], {}, 0, [[[0, 0], [0, 0]]]),
    ("det", [numpy.zeros((3, 3))], {}, 0, [numpy.zeros((3, 3))]),
    ("det", [MAGIC], {}, 0, [[[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]]),
    ("det", [[[5]]], {}, 5, [[[1]]]),
    ("det", [[[1, 2], [3, 4]]], {}, -2, [[[4, -3], [-2, 1]]]),
    ("inv", [[[1, 2], [3, 4]]], {}, [[-2, 1], [1.5, -0.5]], [[[-half, half], [half, -half]]]),
    ("inv", [[[4]]], {}, [[0.25]], [[[-0.0625]]]),
    ("logdet", [[[0, 1], [1, 0]]], {}, 0, [[[0, 1], [1, 0]]]),
    ("solve", [[[2, 0], [0, 4]], [2, 4]], {}, [1, 1], [[[-half, -half], [-0.25, -0.25]], [half, 0.25]]),
    ("solve", [[[4]], [[8]]], {}, [[2]], [[[-half]], [[0.25]]]),
    ("matpow", [SINGULAR], {"n": 2}, [[5, 10], [10, 20]], [[[6, 9], [9, 12]]]),
    ("matpow", [SINGULAR], {"n": 0}, I2, [[[0, 0], [0, 0]]]),
    ("matpow", [SINGULAR], {"n": 1}, SINGULAR, [[[1, 1], [1, 1]]]),
    ("expm", [[[0, 0], [0, 0]]], {}, I2, [[[1, 1], [1, 1]]]),
    ("expm", [[[0, 1], [0, 0]]], {}, [[1, 1], [0, 1]], [[[1.5, 1], [13 / 6, 1.5]]]),
    ("cholesky", [[[4, 2], [2, 5]]], {}, [[2, 0], [1, 2]], [[[0.1875, 0.125], [0.125, 0.25]]]),
    ("cholesky", [[[9]]], {}, [[3]], [[[1 / 6]]]),
    ("nuclear", [I2], {}, 2, [I2]),
    ("trace", [MAGIC], {}, 15, [numpy.eye(3)]),
    ("conv1d", [[1, 2, 3], [10, 1]], {}, [12, 23], [[10, 11, 1], [3, 5]]),
    ("convolve", [[1, 2], [3, 4]], {}, [3, 10, 8], [[7, 7], [3, 3]]),
    ("concat", [[1, 2], 5], {}, [1, 2, 5], [[1, 1], 1]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operands", "chosen", "value", "slopes"), VALUES)
def test_values_and_slopes(name, operands, chosen, value, slopes):
    o, received = at(name, *operands, **chosen)
    assert o == pytest.approx(numpy.array(value, dtype=float), rel=1e-14, abs=0)
    for ours, slope in zip(received, slopes, strict=True):
        assert ours == pytest.approx(numpy.array(slope, dtype=float), rel=1e-13, abs=1e-15, nan_ok=True)


@pytest.mark.parametrize(("name", "operands"), [("det", [[1, 2], [3, 4]]), ("inv", [[1, 2], [3, 4]]), ("det", MAGIC)])
def test_small_whole_numbers_stay_whole(name, operands):
    o, received = at(name, operands)
    assert (o * 2 == numpy.rint(o * 2)).all()
    if name == "det":
        assert (received[0] == numpy.rint(received[0])).all()


# name, operands, settings, words of the fault
FAULTS = [
    ("inv", [SINGULAR], {}, "the matrix is singular: its determinant is 0"),
    ("inv", [[[0]]], {}, "singular"),
    ("inv", [MAGIC], {}, "singular"),
    ("inv", [[[0.1, 0.3], [0.2, 0.6]]], {}, "singular"),
    ("logdet", [SINGULAR], {}, "singular"),
    ("solve", [SINGULAR, [1, 2]], {}, "singular"),
    ("matpow", [SINGULAR], {"n": -1}, "singular"),
    ("cholesky", [SINGULAR], {}, "not positive definite"),
    ("cholesky", [[[1, 2], [2, 1]]], {}, "not positive definite"),
    ("cholesky", [[[1, 2], [0, 5]]], {}, "not symmetric"),
    ("eigvalsh", [[[1, 2], [0, 5]]], {}, "not symmetric"),
    ("normalize", [[0, 0]], {}, "0 has no direction"),
    ("normalize", [[[0, 0], [1, 2]]], {"axis": 1}, "0 has no direction"),
    ("logsumexp", [[-inf, -inf]], {}, "ln of 0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operands", "chosen", "words"), FAULTS)
def test_what_is_undefined_is_refused(name, operands, chosen, words):
    rule = ARRAY_RULES[name]
    fault = rule.fault(*(numpy.array(x, dtype=float) for x in operands), **checks.complete(rule, chosen))
    assert words in fault
    # Nothing is raised either: whoever asks for the value gets one that is not finite, or an undefined one.
    checks.value(rule, [numpy.array(x, dtype=float) for x in operands], checks.complete(rule, chosen))


@pytest.mark.parametrize("name", ["inv", "logdet", "cholesky", "eigvalsh", "solve", "normalize", "logsumexp"])
def test_no_fault_where_it_is_defined(name):
    rule = ARRAY_RULES[name]
    operands = [numpy.diag([1.0, 1e-20])] if rule.family == "linear algebra" else [numpy.array([0.0, 1e-300])]
    operands += [numpy.array([1.0, 2.0])] * (rule.arity - 1)
    assert rule.fault(*operands, **rule.given_settings()) is None


@pytest.mark.parametrize(
    "name", ["det", "inv", "logdet", "solve", "expm", "pinv", "cholesky", "eigvalsh", "svdvals", "cofactor", "eigvecsh"]
)
def test_what_is_not_finite_raises_nothing(name):
    rule = ARRAY_RULES[name]
    for n in (1, 2, 3, 4):
        for bad in (math.nan, inf):
            operands = [numpy.full((n, n), bad)] + [numpy.ones(n)] * (rule.arity - 1)
            with numpy.errstate(all="ignore"):
                if rule.fault:
                    rule.fault(*operands)
                o = checks.value(rule, operands, {})
            # What is left of one infinite entry may be finite: 1/∞, and the cofactor of an entry alone is 1.
            assert bad == inf or (name, n) == ("cofactor", 1) or not numpy.isfinite(o).all()


# --- second derivatives where a division would fail -------------------------------------------------------------------


def second(name, operand, **chosen):
    """The Hessian of a rule that gives a number."""
    rule = ARRAY_RULES[name]
    chosen = checks.complete(rule, chosen)
    operand = numpy.array(operand, dtype=float)
    rows = []
    for unit in numpy.eye(operand.size):
        tape = []
        m = checks.Tracing(tape)
        with numpy.errstate(all="ignore"):
            g, x = checks.Traced(tape, 1.0), checks.Traced(tape, operand)
            (slope,) = rule.vjp(m, g, m.apply(name, x, **chosen), x, **chosen)
            rows.append(checks.backward(tape, [(slope, unit.reshape(operand.shape))])[x].ravel())
    return numpy.array(rows)


SECOND = [
    ("prod", [2, 0, 5], [[0, 5, 0], [5, 0, 2], [0, 2, 0]]),
    ("prod", [0, 3, 0], [[0, 0, 3], [0, 0, 0], [3, 0, 0]]),
    ("det", SINGULAR, [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]]),
    ("det", numpy.zeros((3, 3)), numpy.zeros((9, 9))),
    ("norm", [3, 4], [[16 / 125, -12 / 125], [-12 / 125, 9 / 125]]),
    ("norm", [0, 2], [[half, 0], [0, 0]]),
    ("normp", [0, 2], [[half, 0], [0, 0]]),
    ("logsumexp", [1000, 1000], [[0.25, -0.25], [-0.25, 0.25]]),
    ("logsumexp", [-inf, 3], [[0, 0], [0, 0]]),
    ("var", [5, 5], [[half, -half], [-half, half]]),
    ("nuclear", [[2, 0], [0, 0]], None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operand", "hessian"), SECOND)
def test_second_derivatives(name, operand, hessian):
    chosen = {"p": 2} if name == "normp" else {}
    ours = second(name, operand, **chosen)
    assert numpy.isfinite(ours).all()
    if hessian is not None:
        # At 1000 an output has 13 digits behind the point, and so has e^(i − o).
        assert ours == pytest.approx(numpy.array(hessian), abs=1e-12 if name == "logsumexp" else 1e-15)


def test_third_derivatives_of_a_product_with_zeros():
    rule = ARRAY_RULES["others"]
    checks.check_second(rule, [numpy.array([0.0, 2.0, 0.0, 3.0])], {"axis": None})
    checks.check_second(ARRAY_RULES["cumprod"], [numpy.array([0.0, 2.0, 0.0, 3.0])], {"axis": None})


@pytest.mark.parametrize("matrix", [MAGIC, numpy.ones((4, 4)), numpy.diag([1.0, 2.0, 0.0, 0.0]), numpy.zeros((4, 4))])
def test_cofactors_of_singular_matrices(matrix):
    matrix = numpy.array(matrix, dtype=float)
    for name in ("det", "cofactor"):
        checks.check_differences(ARRAY_RULES[name], [matrix], {})
        checks.check_second(ARRAY_RULES[name], [matrix], {})


def test_eigenvectors_of_equal_eigenvalues_are_undefined_only_if_looked_at():
    rule = ARRAY_RULES["eigvecsh"]
    with numpy.errstate(all="ignore"):
        (through,) = checks.pullback(rule, numpy.zeros((2, 2)), [numpy.eye(2)], {})
        (looked,) = checks.pullback(rule, numpy.ones((2, 2)), [numpy.eye(2)], {})
    assert not through.any()
    assert not numpy.isfinite(looked).all()


def test_settings_have_a_default_or_are_required():
    assert ARRAY_RULES["var"].given_settings() == {"axis": None, "ddof": 0}
    assert dict(ARRAY_RULES["normp"].settings)["p"] is REQUIRED
