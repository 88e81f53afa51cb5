"""The time that one file may take."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from gradcli.homework.course.budget import OverBudget, budget

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers")


@pytest.fixture(autouse=True)
def alarm() -> Iterator[list[int]]:
    """A handler and no timer before each test, and the same after it."""
    heard: list[int] = []

    def hear(number: int, frame: object) -> None:
        heard.append(number)

    before = signal.signal(signal.SIGALRM, hear)
    yield heard
    assert signal.getsignal(signal.SIGALRM) is hear
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    signal.signal(signal.SIGALRM, before)


def spin() -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pass


def test_what_takes_too_long_is_interrupted() -> None:
    with pytest.raises(OverBudget) as over, budget(0.02):
        spin()
    assert over.value.seconds == 0.02


def test_what_is_done_in_time_is_left_alone() -> None:
    with budget(30):
        done = sum(range(1000))
    assert done == 499500


def test_a_sleep_is_interrupted() -> None:
    with pytest.raises(OverBudget), budget(0.02):
        time.sleep(30)


def survivor(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            spin()


def test_code_that_survives_any_fault_does_not_survive_this() -> None:
    with pytest.raises(OverBudget), budget(0.02):
        survivor(30)


def test_an_interruption_that_gets_lost_comes_again() -> None:
    def lose_one() -> None:
        with pytest.raises(OverBudget):
            spin()
        spin()

    with pytest.raises(OverBudget), budget(0.02):
        lose_one()


def test_another_fault_passes_through() -> None:
    with pytest.raises(KeyError), budget(30):
        raise KeyError


@pytest.mark.parametrize("seconds", [None, float("inf"), 1e300])
def test_no_limit(seconds: float | None, alarm: list[int]) -> None:
    with budget(seconds):
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert alarm == []


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_budget_is_positive(seconds: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        budget(seconds)


def test_off_the_main_thread_there_is_no_limit() -> None:
    done = []

    def work() -> None:
        with budget(0.001):
            time.sleep(0.05)
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


def test_a_timer_that_was_there_goes_on_with_what_was_left(alarm: list[int]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 20.0, 7.0)
    with budget(30):
        time.sleep(0.05)
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    assert 0 < left <= 19.95
    assert interval == 7.0
    assert alarm == []


def test_a_timer_that_was_due_in_between_goes_off_afterwards(alarm: list[int]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    with budget(30):
        time.sleep(0.05)
        assert alarm == []
    time.sleep(0.05)
    assert alarm == [signal.SIGALRM]


def test_one_budget_in_another() -> None:
    def inner() -> None:
        with pytest.raises(OverBudget) as over, budget(0.01):
            spin()
        assert over.value.seconds == 0.01
        spin()

    with pytest.raises(OverBudget) as over, budget(0.1):
        inner()
    assert over.value.seconds == 0.1


def test_a_signal_while_entering_or_leaving_is_never_an_escape() -> None:
    # So short that the timer goes off at every step of it; each time all must be as before (the fixture looks).
    over = 0
    for _ in range(3000):
        try:
            with budget(1e-6):
                pass
        except OverBudget:
            over += 1
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
        assert signal.getsignal(signal.SIGALRM).__name__ == "hear"  # type: ignore[union-attr]
    assert 0 <= over <= 3000
