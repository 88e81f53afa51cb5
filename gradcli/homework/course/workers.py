"""Processes that grade chunks of submissions, and what happens when one of them dies."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, Generic

from gradcli.homework.course.course import Chunk
from gradcli.homework.course.unit import Graded, Recipe, S

_IN_FLIGHT = 2
"""Chunks a process: one that it grades, one that waits for it."""

_AHEAD = 8
"""Chunks a process that may wait for a slow one before them, which bounds what is held in memory."""


def in_processes(
    chunks: Iterator[Chunk[S]], recipe: Recipe[S], jobs: int, arrived: Callable[[Chunk[S]], None]
) -> Iterator[Chunk[S]]:
    """Grade chunks by several processes.

    A process that dies takes the whole pool with it, and nobody says which submission it was. So the unfinished chunks
    are given to a single process, one after the other, and one that fails again is taken apart.

    Args:
        chunks: to be graded.
        recipe: how a process makes its grader.
        jobs: processes.
        arrived: called with each chunk as soon as it is graded, in any order.

    Yields:
        The chunks, graded, in their order.
    """
    waiting: deque[Chunk[S]] = deque()
    running: dict[Future[list[Graded]], Chunk[S]] = {}
    crew = Crew(recipe, jobs)
    more = True
    try:
        while waiting or more:
            whole = True
            while whole and more and len(running) < _IN_FLIGHT * jobs and len(waiting) < _AHEAD * jobs:
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                    break
                waiting.append(chunk)
                whole = _given(crew, chunk, running, arrived)
            blocked = bool(waiting) and waiting[0].graded is None and whole
            done, _ = wait(running, None if blocked else 0, FIRST_COMPLETED)
            for future in done:
                whole = _settled(future, running, arrived) and whole
            if not whole:
                _save(crew, recipe, waiting, running, arrived)
            if waiting and waiting[0].graded is not None:
                yield waiting.popleft()
        crew.dismiss()
    finally:
        crew.kill()


def _given(
    crew: Crew[S],
    chunk: Chunk[S],
    running: dict[Future[list[Graded]], Chunk[S]],
    arrived: Callable[[Chunk[S]], None],
) -> bool:
    """Hand a chunk over; False if the pool is broken."""
    if not chunk.todo:
        chunk.graded = []
        arrived(chunk)
        return True
    try:
        running[crew.submit(chunk.todo)] = chunk
    except BrokenProcessPool:
        return False
    return True


def _settled(
    future: Future[list[Graded]],
    running: dict[Future[list[Graded]], Chunk[S]],
    arrived: Callable[[Chunk[S]], None],
) -> bool:
    """Take the result of a chunk; False if there is none."""
    chunk = running.pop(future)
    if future.exception() is not None:
        return False
    chunk.graded = future.result()
    arrived(chunk)
    return True


def _save(
    crew: Crew[S],
    recipe: Recipe[S],
    waiting: deque[Chunk[S]],
    running: dict[Future[list[Graded]], Chunk[S]],
    arrived: Callable[[Chunk[S]], None],
) -> None:
    """Finish what was unfinished when a process died: each submission by itself if need be."""
    for future in [future for future in running if future.done()]:
        _settled(future, running, arrived)
    running.clear()
    crew.kill()
    alone = Crew(recipe, 1)
    try:
        for chunk in waiting:
            if chunk.graded is None:
                whole = alone.attempt(chunk.todo)
                chunk.graded = whole if whole is not None else [_by_itself(alone, recipe, one) for one in chunk.todo]
                arrived(chunk)
    finally:
        alone.kill()


def _by_itself(alone: Crew[S], recipe: Recipe[S], submission: S) -> Graded:
    graded = alone.attempt([submission])
    return recipe.lost(submission) if graded is None else graded[0]


class Crew(Generic[S]):
    """A pool of processes, made when it is needed first, and anew after it was killed."""

    def __init__(self, recipe: Recipe[S], jobs: int) -> None:
        self._recipe = recipe
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, submissions: list[S]) -> Future[list[Graded]]:
        """Have submissions graded.

        Raises:
            BrokenProcessPool: a process has died.
        """
        if self._pool is None:
            context = get_context("fork" if _fork_is_safe() else "spawn")
            self._pool = ProcessPoolExecutor(self._jobs, context, _begin, (self._recipe,))
        with _uninterrupted():  # this may start processes
            return self._pool.submit(_grade, submissions)

    def attempt(self, submissions: list[S]) -> list[Graded] | None:
        """Have submissions graded and wait for it; None, and a new pool next time, if that failed."""
        try:
            return self.submit(submissions).result()
        except Exception:  # a dead process, or a result that cannot be sent: each submission is tried alone then
            self.kill()
            return None

    def dismiss(self) -> None:
        """Let the processes go when they are done."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def kill(self) -> None:
        """End the processes now, whatever they do."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(cancel_futures=True)


def _fork_is_safe() -> bool:
    # A child has only the thread that forked it, and every lock that another one held stays locked in it; on macOS the
    # system's own libraries have such threads.
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interruption wait, so that no process is hit by it before it can ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_unit: Callable[[Any], Graded]
"""What a process of the pool grades with."""


def _begin(recipe: Recipe[Any]) -> None:
    global _unit
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts all; the one that asked for the work decides
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whatever a forked process brought along
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _unit = recipe.made()


def _end_with_parent() -> None:
    # A pool's processes hold each other's pipes open and would wait for ever for one that was killed.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _grade(submissions: list[Any]) -> list[Graded]:
    return [_unit(submission) for submission in submissions]
