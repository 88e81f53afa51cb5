"""The lecture that leaves its functions open: blocks of which only values and local derivatives are stated."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point_files import from_file
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.numeric import check_evaluation

SAMPLES = Path(__file__).parent.parent / "samples" / "lectures"


def sample(name: str, gates: str = "lecture") -> Evaluation:
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return evaluate(text, from_file(SAMPLES / f"{name}.toml"), gates=gates)  # type: ignore[arg-type]


def arriving(result: Evaluation, name: str) -> list[float]:
    """What comes back to a node along each of its edges."""
    (slot,) = (slot for slot, found in result.graph.names.items() if found == name)
    assert result.backward is not None
    return [result.backward.contributions[user][place] for user, place in result.graph.consumers()[slot]]


@pytest.mark.parametrize("gates", GATE_SETS)
def test_the_gradient_is_the_sum_over_the_four_paths(gates: str) -> None:
    result = sample("stated_paths", gates)
    through_b1_d1 = 3 * 2 * Fraction(1, 2) * 11
    through_b1_d2 = 3 * 2 * -5 * 4
    through_b2_d1 = -1 * 7 * Fraction(1, 2) * 11
    through_b2_d2 = -1 * 7 * -5 * 4
    assert result.gradient == {"a": through_b1_d1 + through_b1_d2 + through_b2_d1 + through_b2_d2}
    assert result.value == 6


def test_the_factored_form_is_the_same() -> None:
    factored = (3 * 2 + -1 * 7) * (Fraction(1, 2) * 11 + -5 * 4)
    assert sample("stated_paths").gradient == {"a": factored}


@pytest.mark.parametrize("gates", GATE_SETS)
def test_numbers_beside_what_is_known(gates: str) -> None:
    result = sample("stated_numbers", gates)
    assert result.value == -1 * 2**2 + 3
    # By the chain rule: ∂e/∂d1 = d2², ∂e/∂d2 = 2 d1 d2, and a reaches e directly, too.
    assert arriving(result, "c") == [2**2 * 0.25, 2 * -1 * 2 * -2]
    assert result.gradient == {"a": 3 * (2**2 * 0.25 + 2 * -1 * 2 * -2) + 1}


@pytest.mark.parametrize("gates", GATE_SETS)
def test_a_block_sums_what_it_receives_and_multiplies_it_by_its_own_derivatives(gates: str) -> None:
    result = sample("stated_block", gates)
    assert arriving(result, "z") == [2 * 4, 3 * -1, -1.5 * 6]
    received = 8 - 3 - 9
    assert result.gradient == {"x": received * 2, "y": received * -0.5, "W": received * 3}
    assert result.value == 10


@pytest.mark.parametrize("name", ["stated_paths", "stated_numbers", "stated_block"])
def test_nothing_of_it_can_be_checked_numerically(name: str) -> None:
    checks = check_evaluation(sample(name))
    assert {check.verdict for check in checks} == {"cannot tell"}
    assert all("a block cannot be checked" in check.reason for check in checks)
