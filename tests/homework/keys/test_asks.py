"""What a key asks for: read like a student's line, and nothing beside it."""

from __future__ import annotations

import pytest

from gradcli.homework.keys.asks import read_ask
from gradcli.language import GradcliError

READ = [
    ("grad x", ("grad", "x", None)),
    ("  GRAD   x ", ("grad", "x", None)),
    ("value x + y", ("value", "x + y", None)),
    ("local q/x", ("local", "q", "x")),
    ("local sigma(x) / x", ("local", "sigma(x)", "x")),
    ("jac y / x", ("jac", "y", "x")),
    ("value *", ("value", "*", None)),
    ("jac y/*", ("jac", "y", "*")),
    ("up β₀", ("up", "β₀", None)),
    ("df/dq", ("derivative", "f", "q")),
    ("∂f/∂q", ("derivative", "f", "q")),
    ("dq", ("derivative", "", "q")),
]


@pytest.mark.parametrize(("text", "ask"), READ)
def test_what_is_read(text, ask):
    assert read_ask(text) == ask


REFUSED = [
    "", " ", "x", "gard x", "grad", "local q", "== p1", "student: anna", "# grad x", "grad x # why", "grad x: 3",
    "grad x = 3", "grad x: ?", "grad x = ?", "grad x:", "grad x =", "grad x ==", "value x := 3", "value a = b",
    "grad x\ngrad y", "student: anna\ngrad x", "# x\ngrad x", "grad x\n", "== p1\rgrad x", "grad x\u2028",
    "grad x" * 999,
]  # fmt: skip


def test_the_hint_is_what_a_key_holds():
    with pytest.raises(GradcliError) as caught:
        read_ask("local q")
    assert caught.value.hint == "write local q / x"  # with a number behind it, it would be refused


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text):
    with pytest.raises(GradcliError) as caught:
        read_ask(text)
    fault = caught.value
    assert (fault.code, fault.text, fault.start, fault.end) == ("unknown-quantity", text, 0, len(text))
    assert fault.hint
