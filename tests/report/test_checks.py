"""The table of a numeric check."""

from __future__ import annotations

import math
import re

from gradcli.passes.numeric import NumericCheck
from gradcli.report.checks import checks_markdown, checks_text
from gradcli.report.numbers import lecture

from .shown import PIPE

AGREES = NumericCheck("x", 6.0, 6.0, 0.0, 2.0**-11, "agrees", "", 1.2e-10)
KINK = NumericCheck(
    "y", 0.0, 0.5, 1.0, 0.0625, "kink", "the slope is 0 on the left and 1 on the right", 3e-15, 0.0, 1.0
)
NOTHING = NumericCheck("z", 2.0, math.nan, math.nan, math.nan, "cannot tell", "a block")


def cells(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line) for line in text.splitlines()]


def test_each_derivative_has_a_row() -> None:
    shown = cells(checks_text([AGREES, KINK, NOTHING], lecture, PIPE))
    assert shown[1] == ["by", "analytic", "numeric", "its own error", "relative error", "step h", "verdict"]
    assert shown[2] == ["x", "6", "6", "1.2e−10", "0", "0.00049", "agrees"]
    assert shown[3] == ["y", "0", "0.5", "3e−15", "1", "0.062", f"kink, {KINK.reason}"]
    assert shown[4] == ["z", "2", "—", "—", "—", "—", "cannot tell, a block"]


def test_many_entries_that_agree_have_one_row_with_the_largest_errors() -> None:
    found = [NumericCheck(f"w[{k}]", 1.0, 1.0, k * 1e-9, 1e-3, "agrees", "", k * 1e-8) for k in range(20)]
    shown = cells(checks_text([*found, KINK], lecture, PIPE))
    assert shown[2] == ["w[…]", "20 entries", "at most 1.9e−7", "at most 1.9e−8", "agrees"]
    assert len(shown) == 4


def test_markdown() -> None:
    text = checks_markdown([AGREES], lecture, ascii_only=True)
    assert "| x | 6 | 6 | 1.2e-10 | 0 | 0.00049 | agrees |" in text
    assert text.isascii()


def test_a_jump_has_dashes_and_its_reason() -> None:
    jump = NumericCheck("x", 2.0, math.nan, math.nan, 2.0**-46, "kink", "the value jumps here", math.nan)
    shown = cells(checks_text([jump], lecture, PIPE))
    assert shown[2] == ["x", "2", "—", "—", "—", "1.4e−14", "kink, the value jumps here"]
