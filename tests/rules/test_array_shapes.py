"""Shapes that do not fit: what is said, and what to write instead."""

from __future__ import annotations

import re

import pytest

from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.shape import Mismatch
from gradcli.rules.shaping import Slice

from .array_checks import complete

# name, shapes, settings, words of the reason, words of the repair
REFUSED = [
    ("sum", [(3,)], {"axis": 1}, "only the axis 0", "leave the axis away"),
    ("sum", [(2, 3)], {"axis": -3}, "the axes 0 to 1", "leave the axis away"),
    ("sum", [(2, 3)], {"axis": 0.5}, "axis must be a whole number, not 0.5", None),
    ("var", [(1,)], {"ddof": 1}, "1 entry and ddof = 1", "leave ddof away"),
    ("normp", [(3,)], {"p": 0.5}, "p of at least 1", None),
    ("normp", [(3,)], {"p": float("inf")}, "finite p", "norminf({0})"),
    ("diff", [(1,)], {}, "two entries", None),
    ("conv1d", [(2,), (3,)], {}, "a window of 3 entries does not fit into 2", "conv1d({1}, {0})"),
    ("conv1d", [(2, 2), (3,)], {}, "conv1d takes a vector", "vec({0})"),
    ("reshape", [(2, 3)], {"shape": (4, 2)}, "6 entries cannot become 4×2, which are 8", "reshape({0}, 3, 2)"),
    ("reshape", [(5,)], {"shape": (2, 3)}, "5 entries cannot become 2×3", "vec({0})"),
    ("reshape", [(5,)], {"shape": (-1, 2)}, "dealt out evenly to 2", None),
    ("reshape", [(4,)], {"shape": (-1, -1)}, "only one size", "−1 once"),
    ("reshape", [(4,)], {"shape": (0, 4)}, "at least 1", None),
    ("stack", [(2,), (3,)], {}, "one shape", "concat"),
    ("concat", [(2, 3), (2, 4)], {}, "the same number of columns", "axis=1"),
    ("concat", [(2, 3), (4, 3)], {"axis": 1}, "the same number of rows", "axis=0"),
    ("concat", [(2, 3), (4, 5)], {}, "the same number of columns", None),
    ("concat", [(2, 3), (3,)], {}, "vectors go with vectors", "[v] for a row"),
    ("concat", [(2, 3, 2), (4, 3, 3)], {}, "all sizes but that of the axis", None),
    ("index", [(3,)], {"key": (3,)}, "no entry 3", "0 to 2"),
    ("index", [(3,)], {"key": (Slice(3, None),)}, "no entry lies", "0 to 2"),
    ("diag", [()], {}, "a number is none", "[{0}]"),
    ("diagonal", [(3,)], {}, "a vector is none", "[{0}]"),
    ("tril", [()], {}, "tril takes a matrix", "[[{0}]]"),
    ("pad", [(3,)], {"before": -1}, "cannot be negative", "range"),
    ("pad", [()], {}, "no ends", "[{0}]"),
    ("roll", [(3,)], {"axis": 1}, "only the axis 0", None),
    ("eye", [], {"n": 0}, "at least 1", None),
    ("zeros", [], {"shape": (2, 0)}, "at least 1", None),
    ("dot", [(3,), (2,)], {}, "vectors of one length", "{0}[:2]"),
    ("dot", [(2, 2), (2,)], {}, "takes a vector", "vec({0})"),
    ("matvec", [(3, 2), (3,)], {}, "each row of {0} has 2 entries, and {1} has 3", "{0}' @ {1}"),
    ("vecmat", [(2,), (3, 2)], {}, "each column of {1} has 3 entries, and {0} has 2", "{1} @ {0}"),
    ("matmul", [(2, 3), (2, 4)], {}, "the inner sizes 3 and 2 differ", "{0}' @ {1}"),
    ("matmul", [(2, 3), (4, 3)], {}, "the inner sizes 3 and 4 differ", "{0} @ {1}'"),
    ("matmul", [(2, 3), (4, 2)], {}, "the inner sizes 3 and 4 differ", "{1} @ {0}"),
    ("outer", [(2, 3), (3,)], {}, "outer takes a vector", "vec({0})"),
    ("trace", [(2, 3)], {}, "only a square matrix has a trace", "{0}' @ {0} is square, 3×3"),
    ("det", [(3,)], {}, "a vector is none", "[{0}]"),
    ("inv", [(2, 3)], {}, "only a square matrix has an inverse", "{0}' @ {0}"),
    ("solve", [(2, 2), (3,)], {}, "{0} has 2 rows, and the right-hand side {1} has 3", None),
    ("solve", [(2, 2), (3, 2)], {}, "right-hand side {1} has 3", "solve({0}, {1}')"),
    ("solve", [(2,), (2, 2)], {}, "the matrix comes first", "solve({1}, {0})"),
    ("matpow", [(2, 2)], {"n": 1.5}, "n must be a whole number, not 1.5", None),
    ("cross", [(2,), (2,)], {}, "3 entries", None),
    ("kron", [(2,), (2, 2)], {}, "two vectors or two matrices", "[v]"),
    ("cholesky", [(2, 3)], {}, "only a square matrix has a Cholesky factor", "{0}' @ {0}"),
    ("median", [(0,)], {}, "it has no entries", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shapes", "chosen", "reason", "repair"), REFUSED)
def test_a_refusal_teaches(name, shapes, chosen, reason, repair):
    rule = ARRAY_RULES[name]
    with pytest.raises(Mismatch) as refused:
        rule.shape(*shapes, **complete(rule, chosen))
    assert reason in refused.value.reason
    if repair is not None:
        assert repair in refused.value.repair
    for text in (refused.value.reason, refused.value.repair or ""):
        assert set(re.findall(r"{(\d)}", text)) <= set(map(str, range(len(shapes))))


# name, shapes, settings, the shape of the output
SHAPES = [
    ("sum", [(2, 3)], {}, ()), ("sum", [(2, 3)], {"axis": -1}, (2,)), ("sum", [()], {}, ()),
    ("reshape", [(2, 3)], {"shape": (3, -1)}, (3, 2)), ("reshape", [(6,)], {"shape": (-1,)}, (6,)),
    ("cumsum", [(2, 3)], {}, (6,)), ("cumsum", [(2, 3)], {"axis": 0}, (2, 3)), ("vec", [()], {}, (1,)),
    ("concat", [(2,), (), (3,)], {}, (6,)), ("concat", [(2, 3), (2, 1)], {"axis": 1}, (2, 4)),
    ("stack", [(), ()], {}, (2,)), ("stack", [(3,), (3,)], {"axis": -1}, (3, 2)),
    ("kron", [(2, 3), (4, 5)], {}, (8, 15)),
    ("solve", [(2, 2), (2, 5)], {}, (2, 5)), ("pinv", [(2, 3)], {}, (3, 2)), ("svdvals", [(2, 3)], {}, (2,)),
    ("diagonal", [(2, 3)], {}, (2,)), ("eye", [], {"n": 2}, (2, 2)), ("pad", [(2, 3)], {"before": 1}, (4, 5)),
    ("pad", [(2, 3)], {"before": 1, "after": 0, "axis": 1}, (2, 4)), ("conv1d", [(5,), (3,)], {}, (3,)),
    ("convolve", [(5,), (3,)], {}, (7,)), ("diff", [(4, 3)], {"axis": 0}, (3, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shapes", "chosen", "shape"), SHAPES)
def test_shapes(name, shapes, chosen, shape):
    assert ARRAY_RULES[name].shape(*shapes, **complete(ARRAY_RULES[name], chosen)) == shape
