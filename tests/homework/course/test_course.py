"""A class is graded: the order, many processes, and files that make the grader fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcli.homework.course.course import run, ungradable
from gradcli.homework.course.journal import Journal
from tests.homework.classes import Work, content, grader, record, unmakeable

ROOT = Path(__file__).parents[3]


def in_a_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code where no thread but the main one is, so that processes are forked."""
    head = "from tests.homework.classes import *\nfrom gradcli.homework.course.course import run\n"
    return subprocess.run([sys.executable, "-c", head + code], cwd=ROOT, capture_output=True, text=True, timeout=100,
                          env=os.environ | environment, check=False)  # fmt: skip


def works(*texts: str) -> list[Work]:
    return [Work(f"{place}.txt", text) for place, text in enumerate(texts)]


def states(texts: list[str], records: list[dict[str, Any]]) -> None:
    """Each text's record has the state that the grader of these tests gives it, and they are in order."""
    assert [one["file"] for one in records] == [f"{place}.txt" for place in range(len(texts))]
    for text, one in zip(texts, records, strict=True):
        fault = {"odd": "Odd", "deep": "RecursionError", "set": "TypeError", "die": "its process ended",
                 "kill": "its process ended"}.get(text)  # fmt: skip
        if fault:
            assert one["state"] == "ungradable"
            assert f"gradcli could not grade this file ({fault}" in one["message"]
            assert one["message"].endswith("please report it")
            assert (one["score"], one["max"]) == (0.0, 7.5)
        else:
            assert one == record(one["file"], len(text) / 3, message=text + "é\ud800\x85\u2028")


MIXED = ["a", "odd", "bb", "deep", "ccc", "set", "dddd"]


def test_one_process_grades_in_order_and_survives_faults() -> None:
    states(MIXED, list(run(works(*MIXED), grader, jobs=1, maximum=7.5)))


def test_spawned_processes_do_the_same_and_survive_their_own_death() -> None:
    texts = [*MIXED, "die", "e", "kill", *MIXED, "f"] + ["g"] * 30
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()  # where there is another thread nothing is forked
    try:
        records = list(run(works(*texts), grader, jobs=2, maximum=7.5))
    finally:
        done.set()
        other.join()
    states(texts, records)
    assert multiprocessing.active_children() == []


def test_forked_processes_do_the_same_and_survive_their_own_death() -> None:
    code = """
import threading, multiprocessing
from tests.homework.course.test_course import *
texts = (MIXED + ["slow"] * 3 + ["die"] + ["x" * k for k in range(200)] + ["kill", "die"] + MIXED) * 3
states(texts, list(run(works(*texts), grader, jobs=3, maximum=7.5)))
assert threading.active_count() == 1 and multiprocessing.active_children() == []
print(multiprocessing.get_all_start_methods()[0], "done")
"""
    ran = in_a_process(code)
    assert (ran.stdout.split()[-1:], ran.stderr) == (["done"], "")


def test_a_death_costs_only_its_file_and_the_others_are_graded_as_before() -> None:
    code = """
import json
texts = ["a" * k for k in range(300)]
plain = list(run([Work(str(k), text) for k, text in enumerate(texts)], grader, jobs=1))
texts[150] = "die"
after = list(run([Work(str(k), text) for k, text in enumerate(texts)], grader, jobs=2))
assert after[150]["state"] == "ungradable"
assert [a for k, a in enumerate(after) if k != 150] == [a for k, a in enumerate(plain) if k != 150]
print("done")
"""
    ran = in_a_process(code)
    assert (ran.stdout, ran.stderr) == ("done\n", "")


def test_any_number_of_processes_gives_the_same_records() -> None:
    code = """
import random
random.seed(1)
works = [Work(str(k), random.choice(["", "slow", "a", "odd", "bbb"])) for k in range(130)]
results = [list(run(works, grader, jobs=jobs)) for jobs in (1, 2, 5, 200)]
assert all(result == results[0] for result in results)
print("done")
"""
    ran = in_a_process(code)
    assert (ran.stdout, ran.stderr) == ("done\n", "")


def test_one_process_does_without_multiprocessing() -> None:
    code = """
import sys
assert len(list(run([Work("a"), Work("b")], grader, jobs=1))) == 2
assert len(list(run([Work("a")], grader, jobs=8))) == 1
assert not {"multiprocessing", "concurrent.futures", "numpy"} & set(sys.modules), sys.modules
print("done")
"""
    ran = in_a_process(code)
    assert (ran.stdout, ran.stderr) == ("done\n", "")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_may_take_its_time_and_no_more(jobs: int) -> None:
    records = list(run(works("a", "spin", "b", "sleep"), grader, jobs=jobs, seconds=0.2))
    assert [one["state"] for one in records] == ["graded", "ungradable", "graded", "ungradable"]
    assert records[1]["message"] == records[3]["message"] == "grading this file took more than 0.2 seconds"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_grader_that_cannot_be_made_is_an_error_of_the_caller(jobs: int) -> None:
    with pytest.raises(KeyError, match="no such thing"):
        list(run(works("a", "b"), unmakeable, jobs=jobs))


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_ends_with_all(jobs: int) -> None:
    seen: list[tuple[int, int]] = []
    list(run(works(*"a" * 50), grader, jobs=jobs, progress=lambda done, total: seen.append((done, total))))
    assert seen[-1] == (50, 50)
    assert seen == sorted(set(seen))
    assert {total for _, total in seen} == {50}


def test_nobody_handed_in_anything() -> None:
    assert list(run([], grader, jobs=4)) == []


def test_records_come_as_they_are_asked_for() -> None:
    asked: list[int] = []

    def counting() -> Any:
        grade = grader()
        return lambda work: (asked.append(1), grade(work))[1]

    records = run(works(*"a" * 50), counting)
    next(records)
    assert len(asked) == 1


@pytest.mark.parametrize(("jobs", "journal"), [(0, False), (1, True)])
def test_calls_that_make_no_sense(jobs: int, journal: bool, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"journal knows|one process"):
        list(run(works("a"), grader, jobs=jobs, journal=Journal(tmp_path / "r", "k") if journal else None))


def test_the_record_of_what_could_not_be_graded_is_complete() -> None:
    whole = record("a.txt", 0.0, "s1", state="ungradable", message="why", max=3.0)
    assert ungradable(Work("a.txt", student="s1"), "why", 3) == whole
    assert list(ungradable(Work("a.txt"), "why", 3)) == list(whole)


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(condition: Any) -> bool:
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(condition())


@pytest.fixture
def sleepers() -> Iterator[subprocess.Popen[str]]:
    """A run of two processes, one that sleeps for a minute and one that has nothing to do."""
    code = """
from tests.homework.classes import *
from gradcli.homework.course.course import run
import sys
try:
    for one in run([Work("a")] * 8 + [Work("b", "sleep")], grader, jobs=2):
        print(one["file"], flush=True)
except KeyboardInterrupt:
    print("interrupted")
"""
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "a\n"
    yield process
    process.kill()
    process.wait()


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


@linux
def test_an_interruption_leaves_no_process_and_no_noise(sleepers: subprocess.Popen[str]) -> None:
    workers = children(sleepers.pid)
    assert len(workers) == 2
    os.killpg(sleepers.pid, signal.SIGINT)  # as a terminal does: all of them
    out, err = sleepers.communicate(timeout=30)
    assert out.endswith("interrupted\n")
    assert err == ""
    assert not any(alive(pid) for pid in workers)


@linux
def test_a_killed_run_leaves_no_process(sleepers: subprocess.Popen[str]) -> None:
    workers = children(sleepers.pid)
    assert len(workers) == 2
    sleepers.kill()
    assert eventually(lambda: not any(alive(pid) for pid in workers))


@linux
def test_whoever_stops_reading_ends_the_work() -> None:
    code = """
import multiprocessing
records = run([Work("a")] * 8 + [Work("b", "sleep")] * 8, grader, jobs=2)
next(records)
assert len(multiprocessing.active_children()) == 2
records.close()
assert multiprocessing.active_children() == []
print("done")
"""
    ran = in_a_process(code)
    assert (ran.stdout, ran.stderr) == ("done\n", "")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_journal_spares_what_was_graded_and_has_not_changed(jobs: int, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    before = works("a", "bb", "ccc", "dddd")
    after = [before[0], Work("1.txt", "changed"), *before[2:], Work("4.txt", "new")]
    with Journal(tmp_path / "r", "key") as journal:
        list(run(before, grader, (str(calls),), jobs=jobs, journal=journal, content=content))
    calls.unlink()
    with Journal(tmp_path / "r", "key") as journal:
        assert len(journal) == 4
        records = list(run(after, grader, (str(calls),), jobs=jobs, journal=journal, content=content))
    assert sorted(calls.read_text().split()) == ["1.txt", "4.txt"]
    assert records == list(run(after, grader))
