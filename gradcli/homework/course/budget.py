"""The time that one file may take."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

_AGAIN = 1.0
"""Seconds until an interruption is repeated that got lost, as exceptions do inside a finaliser."""

_LONGEST = 1e8
"""Seconds, some three years, from which a budget is no limit: the system's timers do not hold any number."""


class OverBudget(BaseException):
    """The time is over. No `Exception`, so that code which survives any fault does not survive this one.

    Attributes:
        seconds: the budget.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class budget:  # noqa: N801 - used as a function is, in a with statement
    """A context in which `OverBudget` is raised as soon as it has lasted so many seconds.

    There is no limit for None, off the main thread, and on systems without `signal.setitimer`. The interruption comes
    between two steps of Python: one long call into C (a product of huge integers, of huge matrices) is finished first.
    The handler and the timer that were there before are put back in any case; a timer that should have gone off
    in between goes off at once then.

    Raises:
        ValueError: the seconds are not positive.
    """

    def __init__(self, seconds: float | None) -> None:
        if seconds is not None and not seconds > 0:
            raise ValueError("a budget is a positive number of seconds")
        self._seconds = seconds
        self._armed = False
        self._handler: Any = None
        self._timer = (0.0, 0.0)
        self._since = 0.0

    def __enter__(self) -> None:
        if self._seconds is None or self._seconds > _LONGEST or not _has_timer():
            return
        self._handler = signal.signal(signal.SIGALRM, self._ring)
        self._since = time.monotonic()
        self._armed = True
        self._timer = signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._armed:
            return
        self._armed = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        # A handler that was not set from Python cannot be put back from Python; the system's own is nearest to it.
        signal.signal(signal.SIGALRM, signal.SIG_DFL if self._handler is None else self._handler)
        left, interval = self._timer
        if left > 0:
            left = max(left - (time.monotonic() - self._since), 1e-6)
            signal.setitimer(signal.ITIMER_REAL, left, interval)

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        # Inside of these two the context is not yet, or no longer, there to clean up after the exception.
        own = (budget.__enter__.__code__, budget.__exit__.__code__)
        inside = frame is None or frame.f_code not in own
        if inside and self._armed and self._seconds is not None:
            raise OverBudget(self._seconds)


def _has_timer() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
