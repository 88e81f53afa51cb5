"""What holds for every formula: its reading reads back to the same tree, and garbage ends in a message."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradcli.graph.build import read
from gradcli.language import Formula, GradcliError
from gradcli.language.catalogue import CATALOGUE
from gradcli.report.faults import fault_text
from gradcli.report.reading import reading

_HARMFUL = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Characters that a terminal must not be sent, by their category."""

_BOUND = ["x", "y", "x1", "w_0", "β", "n", "e", "σ", "W"]
_NUMBERS = [
    "0",
    "1",
    "2",
    "10",
    "0.5",
    "1e-300",
    "5e-324",
    "1.7976931348623157e308",
    "1e22",
    "123456789.125",
    ".25",
    "½",
    "3e+5",
]
_NAMES = ["x", "y", "x1", "w_0", "β", "\\beta", "σ", "pi", "π", "𝑥", "n", "xy", "x1y", "W", "Wᵀ"]
_ONE = [
    "sin",
    "exp",
    "ln",
    "log",
    "tanh",
    "relu",
    "abs",
    "sqrt",
    "sigmoid",
    "\\cos",
    "log2",
    "softplus",
    "gamma",
    "floor",
]
_TWO = ["max", "min", "atan2"]
_INFIX = [" + ", "+", " - ", "−", "*", "×", "·", " @ ", "/", "÷"]
_REDUCE = ["sum", "mean", "prod", "max", "min"]
_KEYWORDS = ["axis=0", "axis=-1", "keepdims=True", "axis=1, keepdims=0"]
_SELECTORS = ["0", "-1", ":", "1:", ":2", "::2", "1:3", "1:5:2", ":-1:2", "n", "n + 1", "n:n + 2", ":, 0", "0, 1:"]
_COMPARE = [" < ", " <= ", " ≥ ", " != "]


def _grouped(inner: str) -> str:
    return f"({inner})"


_leaves = st.sampled_from(_NUMBERS) | st.sampled_from(_NAMES)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger formula texts from smaller ones; brackets stand where a text could have two readings."""
    group = inner.map(_grouped)
    larger = st.one_of(
        st.builds("{}{}{}".format, group, st.sampled_from(_INFIX), group),
        st.builds("{}{}{}".format, inner, st.sampled_from([" + ", " - "]), group),
        st.builds("{}{}".format, st.sampled_from(["-", "−", "+", "- -"]), group),
        st.builds("{}^{}".format, group, st.sampled_from(["2", "-1", "n", "(-2)", "0.5", "-x", "2^3", "(x + 1)"])),
        st.builds("{}{}".format, group, st.sampled_from(["²", "⁻¹", "¹⁰", "ⁿ", "ᵀ", "'", ".T"])),
        st.builds("{}{}".format, group, group),
        st.builds("{}{}".format, st.sampled_from(["2", "x", "3.5", "√"]), group),
        st.builds("{}({})".format, st.sampled_from(_ONE), inner),
        st.builds("{}² {}".format, st.sampled_from(["sin", "cos", "tanh"]), group),
        st.builds("{}({}, {})".format, st.sampled_from(_TWO), inner, inner),
        st.builds("where({}{}{}, {}, {})".format, inner, st.sampled_from(_COMPARE), inner, inner, inner),
        st.builds("|{}|".format, group),
        st.builds("‖{} - x‖".format, _leaves),
        st.builds("‖{}‖".format, group),
        st.builds("{}^(T)".format, group),
        st.builds("{}.dot({})".format, group, inner),
        _grow_arrays(inner, group),
    )

    @st.composite
    def grown(draw: st.DrawFn) -> str:
        return draw(larger)

    return grown()  # which is shown as just that: a strategy shows its parts, and here they multiply at each level


def _grow_arrays(inner: st.SearchStrategy[str], group: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Vectors, indices, keywords, methods and comparisons."""
    selectors = st.sampled_from(_SELECTORS)
    return st.one_of(
        st.builds("[{}]".format, inner),
        st.builds("[{}, {},]".format, inner, inner),
        st.builds("[[{}, 1], [2, {}]]".format, inner, inner),
        st.builds("{}[{}]".format, group, selectors),
        st.builds("{}[{}][{}:, {} + 0]".format, group, selectors, group, group),
        st.builds(
            "{}{}[{}]".format, st.sampled_from(["x", "W", "y", "w_0"]), st.sampled_from(["", "ᵀ", "'"]), selectors
        ),
        st.builds("{}({}, {})".format, st.sampled_from(_REDUCE), inner, st.sampled_from(_KEYWORDS)),
        st.builds("{}.{}({})".format, group, st.sampled_from(_REDUCE), st.sampled_from(["", *_KEYWORDS])),
        st.builds("({}{}{})".format, group, st.sampled_from(_COMPARE), group),
        st.builds("{}[{}{}{}]".format, st.sampled_from(["𝟙", "1"]), group, st.sampled_from(_COMPARE), group),
        st.builds("sum({} > 0)".format, group),
    )


_expressions = st.recursive(_leaves, _grow, max_leaves=12)


@st.composite
def _formulas(draw: st.DrawFn) -> str:
    """Some statements, each of which may use those before it, and an output."""
    lines = []
    calls = []
    for place in range(draw(st.integers(0, 3))):
        body = draw(_expressions)
        kind = draw(st.sampled_from(["assign", "again", "define", "gate", "loop", "declare"]))
        if kind == "loop":
            turns = draw(st.sampled_from(["for k in 1..2:", "repeat 2:", "for k in range(-1, 1):"]))
            lines.append(f"{turns} r{place} = {body} end")
            calls.append(f"r{place}")
        elif kind == "declare":
            lines.append(f"d{place} ~ {draw(st.sampled_from(['()', '3', '(2, 3)', '(1,)']))}")
            calls.append(f"sum(d{place})")
        elif kind in ("assign", "again"):
            name = f"q{place}" if kind == "assign" else "y"
            lines.append(f"{name} = {body}")
            calls.append(name)
        else:
            head = "gate " if kind == "gate" else ""
            lines.append(f"{head}h{place}(u, x) = u·({body})")
            calls.append(f"h{place}({draw(_expressions)}, 2)")
    output = " + ".join([f"({draw(_expressions)})", *calls])
    form = draw(st.sampled_from(["{}", "out = {}", "last(x, y) = {}"]))
    return draw(st.sampled_from(["; ", "\n"])).join([*lines, form.format(output)])


def _tree(formula: Formula) -> object:
    nodes = [(n.op, n.args, n.value) for n in formula.nodes]
    statements = [(s.kind, s.name, s.parameters, s.first, s.root) for s in formula.statements]
    declared = [(d.name, d.key, d.shape) for d in formula.declarations]
    return nodes, statements, [(v.name, v.key) for v in formula.inputs], declared


@settings(settings.get_profile("language"), max_examples=300)
@given(_formulas())
def test_the_reading_reads_back_to_the_same_tree(text: str) -> None:
    formula = read(text, _BOUND)
    again = read(reading(formula), _BOUND)
    assert _tree(again) == _tree(formula)
    assert reading(again) == reading(formula)
    assert again.notes == ()


@settings(settings.get_profile("language"))
@given(_formulas())
def test_nodes_stand_behind_their_operands_and_inside_the_text(text: str) -> None:
    formula = read(text, _BOUND)
    for statement in formula.statements:
        for place in range(statement.first, statement.root + 1):
            node = formula.nodes[place]
            assert all(statement.first <= a < place for a in node.args)
            assert 0 <= node.start < node.end <= len(text)
    assert [v.start for v in formula.inputs] == sorted(v.start for v in formula.inputs)


def _survives(text: str, bound: list[str] | None) -> None:
    """The text is read, or refused with marks inside it and a message that is fit for a terminal."""
    try:
        formula = read(text, bound)
    except GradcliError as refused:
        error = refused
    else:
        assert _tree(read(reading(formula), bound)) == _tree(formula)
        return
    assert error.text == text
    assert error.code in CATALOGUE
    assert error.hint
    for start, end in [(error.start, error.end), error.also or (0, 0)]:
        assert 0 <= start <= end <= len(text)
    line, column, end_column = error.position() or (0, 0, 0)
    assert line >= 1
    assert 1 <= column <= end_column
    for ascii_only in (False, True):
        shown = fault_text(error, ascii_only=ascii_only)
        assert error.code in shown
        assert [c for c in shown if unicodedata.category(c) in _HARMFUL and c != "\n"] == []
        assert shown.isascii() or not ascii_only


_PIECES = [
    *"()[]|‖+-*/^=,;.'√²ⁿᵀ½·@<!#{}$&_?\\", "**", "==", "≤", "⁻¹", ".T", ".dot(", "^T", "\n", " ", "\u200b", "\x1b",
    "\r\n", "x", "y", "xy", "x1", "β₀", "\\beta_{0}", "\\frac", "e", "n", "sin", "sin ", "exp ", "max", "σ", "s(u)",
    "gate ", "np.", "1", "2", "1e5", "1e999", ".5", ":", "~", "..", "𝟙", "[1, ", "[0]", "w[", "axis=", "sum(", ".sum(",
    "np.array(", "F.", "repeat 2:", "for k in 1..2:", " end ", "_k", "{k-1}", "k", "\n  ",
]  # fmt: skip
_soups = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


@settings(settings.get_profile("language"), max_examples=1500)
@given(_soups, st.sampled_from([None, [], ["x", "y"], ["x", "y", "s", "e", "sin", "β0"]]))
@example("sin x^2 y", None)
@example("²²", None)
@example("ⁿ", None)
@example("^T", None)
@example("sin^", None)
@example("[", None)
@example("x[", None)
@example("𝟙", None)
@example("1[", None)
@example("repeat", None)
@example("repeat 2", None)
@example("for k in", None)
@example("for k in range", None)
@example("for k in range(", None)
@example("repeat 2:\n", None)
@example("x ~", None)
@example("k_{k-1}", None)
@example("sum(axis=", None)
@example("√-", None)
@example("sin -", None)
@example("x²x1x2", ["x", "x1", "x2"])
def test_a_soup_of_tokens_is_read_or_refused(text: str, bound: list[str] | None) -> None:
    _survives(text, bound)


@settings(settings.get_profile("language"), max_examples=500)
@given(st.text(max_size=30))
@example("\ud800")
@example("x\u0301\u202e")
def test_any_text_is_read_or_refused(text: str) -> None:
    _survives(text, ["x"])
