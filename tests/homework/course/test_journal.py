"""An interrupted run goes on where it stopped, and nobody can tell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gradcli.homework.course.course import run
from gradcli.homework.course.journal import Journal, digest_of, fingerprint_of
from gradcli.language import GradcliError
from tests.homework.classes import Work, content, grader

ROOT = Path(__file__).parents[3]
COUNT = 300


def test_digests_are_those_of_the_published_function() -> None:
    # BLAKE2b with 16 bytes, from `printf abc | b2sum -l 128`.
    assert digest_of(b"abc") == "cf4ab791c62b8d2b2109c90275287816"


def test_fingerprints_keep_their_parts_apart() -> None:
    parts = [("ab", "c"), ("a", "bc"), ("abc",), ("ab", "c", ""), ("a\udc80",)]
    assert len({fingerprint_of(*one) for one in parts}) == len(parts)
    assert fingerprint_of("ab", "c") == fingerprint_of("ab", "c")


def line(file: str) -> bytes:
    return json.dumps({"file": file, "score": 1.5}).encode()


def test_what_was_added_is_there_later(tmp_path: Path) -> None:
    with Journal(tmp_path / "r.jsonl", "key") as journal:
        journal.add("a", "d1", line("a"))
        journal.add("b", "d2", line("b"))
        journal.add("c", None, line("c"))
        assert journal.record("a") == {"file": "a", "score": 1.5}
    written = (tmp_path / "r.jsonl.partial").read_text().splitlines()
    assert json.loads(written[0]) == {"journal": 1, "fingerprint": "key"}
    assert json.loads(written[1]) == {"digest": "d1", "record": {"file": "a", "score": 1.5}}
    with Journal(tmp_path / "r.jsonl", "key") as journal:
        assert len(journal) == 2
        assert journal.knows("a", "d1")
        assert not journal.knows("a", "d2")
        assert not journal.knows("c", "d1")
        journal.add("a", "d3", b'{"file":"a","score":7}')
        assert journal.record("a")["score"] == 7
        assert journal.record("b")["file"] == "b"
    with Journal(tmp_path / "r.jsonl", "key") as journal:
        assert journal.knows("a", "d3")
        assert journal.record("a")["score"] == 7


def test_another_fingerprint_begins_anew(tmp_path: Path) -> None:
    with Journal(tmp_path / "r", "key") as journal:
        journal.add("a", "d1", line("a"))
    with Journal(tmp_path / "r", "other") as journal:
        assert len(journal) == 0
    with Journal(tmp_path / "r", "key") as journal:
        assert len(journal) == 0


def test_a_finished_run_leaves_nothing(tmp_path: Path) -> None:
    with Journal(tmp_path / "r", "key") as journal:
        journal.add("a", "d1", line("a"))
        journal.finish()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_ends_anywhere_is_read_up_to_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "r.partial"
    with Journal(tmp_path / "r", "key") as journal:
        for name in "abc":
            journal.add(name, "d" + name, line(name))
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with Journal(tmp_path / "r", "key") as journal:
            ends = max(whole[:size].count(b"\n") - 1, 0)
            assert [name for name in "abc" if name in journal] == list("abc")[:ends]
            for name in "abc"[ends:]:
                journal.add(name, "d" + name, line(name))
        assert path.read_bytes() == whole


@pytest.mark.parametrize("bad", [b"\0" * 30, b"{}\n", b"[1]\n", b"\xff\n", b"[" * 50_000 + b"\n", b'{"record":3}\n'])
def test_what_is_no_record_and_all_behind_it_is_graded_again(bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / "r.partial"
    with Journal(tmp_path / "r", "key") as journal:
        journal.add("a", "d1", line("a"))
    whole = path.read_bytes()
    path.write_bytes(whole + bad + whole.splitlines(keepends=True)[1])
    with Journal(tmp_path / "r", "key") as journal:
        assert len(journal) == 1
    assert path.read_bytes() == whole


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.partial"
    path.write_text("my notes\n")
    with pytest.raises(GradcliError, match="in the way") as error:
        Journal(tmp_path / "r", "key")
    assert error.value.code == "unwritable"
    assert path.read_text() == "my notes\n"


@pytest.mark.parametrize("kind", ["folder", "link", "fifo", "nowhere"])
def test_odd_places_are_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "r.partial"
    other = tmp_path / "other"
    other.write_text("")
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(other)
    elif kind == "fifo":
        os.mkfifo(path)
    with pytest.raises(GradcliError) as error:
        Journal(tmp_path / "no" / "r" if kind == "nowhere" else tmp_path / "r", "key")
    assert error.value.code == "unwritable"
    assert other.read_text() == ""


HOLD = """
import sys
from pathlib import Path
from gradcli.homework.course.journal import Journal
journal = Journal(Path(sys.argv[1]), "key")
journal.add("a", "d1", b'{"file":"a"}')
print("open", flush=True)
sys.stdin.read()
"""


def test_two_runs_at_once_are_refused_and_a_killed_one_is_not_in_the_way(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "r")], cwd=ROOT, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    with pytest.raises(GradcliError, match="another run") as error:
        Journal(tmp_path / "r", "key")
    assert error.value.code == "unwritable"
    holder.kill()
    holder.communicate()
    with Journal(tmp_path / "r", "key") as journal:
        assert journal.knows("a", "d1")


def test_unreadable_content_is_never_recognised(tmp_path: Path) -> None:
    def unreadable(work: Work) -> bytes:
        raise OSError

    with Journal(tmp_path / "r", "key") as journal:
        records = list(run([Work("a", "x")], grader, journal=journal, content=unreadable))
        assert records[0]["state"] == "graded"
        assert len(journal) == 0


def start(folder: Path, jobs: int, killer: str = "", side: str = "calls") -> int:
    return subprocess.run([sys.executable, "-m", "tests.homework.classes", str(folder), str(jobs), side, killer],
                          cwd=ROOT, timeout=100, check=False).returncode  # fmt: skip


def calls(folder: Path, side: str = "calls") -> list[str]:
    path = folder / side
    return path.read_text().split() if path.exists() else []


def kept(folder: Path) -> list[str]:
    path = folder / "results.jsonl.partial"
    lines = path.read_bytes().split(b"\n")[1:-1] if path.exists() else []
    return [json.loads(one)["record"]["file"] for one in lines]


@pytest.fixture(scope="module")
def homework(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder with submissions, and the results of a run that nobody interrupted."""
    folder = tmp_path_factory.mktemp("homework")
    (folder / "in").mkdir()
    for place in range(COUNT):
        (folder / "in" / f"{place:03}.txt").write_text("odd" if place % 50 == 7 else "x" * (place % 40))
    assert start(folder, 1) == 0
    assert sorted(calls(folder)) == [f"{place:03}.txt" for place in range(COUNT)]
    return folder, (folder / "results.jsonl").read_bytes()


@pytest.fixture
def fresh(homework: tuple[Path, bytes], tmp_path: Path) -> Path:
    shutil.copytree(homework[0] / "in", tmp_path / "in")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("killers", [["000.txt"], ["140.txt", "299.txt"]])
def test_a_killed_run_goes_on_where_it_stopped(
    jobs: int, killers: list[str], homework: tuple[Path, bytes], fresh: Path
) -> None:
    whole = homework[1]
    known: list[str] = []
    for killer in [*killers, ""]:
        # A side file for each run: the processes of a killed one may go on for the moment until they notice.
        assert start(fresh, jobs, killer, f"calls {killer}") == (-9 if killer else 0)
        again = calls(fresh, f"calls {killer}")
        assert len(set(again)) == len(again)
        assert not set(again) & set(known), "what was kept is not graded again"
        if jobs == 1 and killer:
            assert kept(fresh) == known + again, "what was graded is kept"
        elif not killer:
            assert len(known) + len(again) == COUNT, "and nothing is lost"
        known = kept(fresh)
    assert (fresh / "results.jsonl").read_bytes() == whole
    assert not (fresh / "results.jsonl.partial").exists()


def test_a_run_killed_in_the_middle_of_a_line_goes_on_before_it(homework: tuple[Path, bytes], fresh: Path) -> None:
    assert start(fresh, 1, "030.txt") == -9
    path = fresh / "results.jsonl.partial"
    torn = path.read_bytes()
    lines = torn.splitlines(keepends=True)
    whole = homework[1].decode().splitlines()
    names = [f"{place:03}.txt" for place in range(COUNT)]
    for cut in range(sum(map(len, lines[-2:])) + 1):
        path.write_bytes(torn[: len(torn) - cut])
        (fresh / "calls").unlink(missing_ok=True)
        here = [Work(name, folder=str(fresh / "in")) for name in names[:33]]
        with Journal(fresh / "results.jsonl", "key") as journal:
            records = list(run(here, grader, (str(fresh / "calls"),), seconds=20, journal=journal, content=content))
        assert [json.dumps(one) for one in records] == whole[:33]
        lost = 0 if cut == 0 else 1 if cut <= len(lines[-1]) else 2
        assert calls(fresh) == names[30 - lost : 33]
