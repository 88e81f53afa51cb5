"""A check that is killed and started again ends with the very bytes of one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.classes import KEY, sheet

FILES = 150


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class, and the results of an uninterrupted run."""
    root = tmp_path_factory.mktemp("school")
    (root / "key.toml").write_text(KEY, encoding="utf-8")
    (root / "answers").mkdir()
    for number in range(FILES):
        (root / "answers" / f"s{number:05d}.txt").write_text(sheet(number), encoding="utf-8")
    subprocess.run(check(root, "whole.jsonl", 1), check=True)
    return root


def check(root: Path, output: str, jobs: int) -> list[str]:
    arguments = [str(root / "key.toml"), str(root / "answers"), "-o", str(root / output), "--jobs", str(jobs)]
    return [sys.executable, "-m", "gradcli", "check", *arguments, "--exit-zero"]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="processes are killed as a group")
@pytest.mark.parametrize(("jobs", "share"), [(1, 0.1), (2, 0.3), (2, 0.7)])
def test_killed_in_the_middle(school: Path, jobs: int, share: float) -> None:
    output = f"part-{jobs}-{share}.jsonl"
    journal = school / f"{output}.partial"
    size = (school / "whole.jsonl").stat().st_size
    running = subprocess.Popen(check(school, output, jobs), start_new_session=True)
    while running.poll() is None and not (journal.exists() and journal.stat().st_size > share * size):
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert journal.exists()
    assert not (school / output).exists()
    with journal.open("ab") as torn:  # a line that the kill cut off
        torn.write(b'{"digest": "0')
    subprocess.run(check(school, output, 2), check=True)
    assert (school / output).read_bytes() == (school / "whole.jsonl").read_bytes()
    assert not journal.exists()
