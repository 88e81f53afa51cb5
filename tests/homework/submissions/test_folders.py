from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from gradcli.homework.submissions.folders import walk
from gradcli.language import GradcliError


def test_three_thousand_files_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    numbers = list(range(3_000))
    random.Random(1).shuffle(numbers)
    for number in numbers:
        (tmp_path / f"s{number}.txt").touch()
    assert walk(tmp_path, 3_000) == ([(f"s{number}.txt",) for number in range(3_000)], [])
    with pytest.raises(GradcliError) as caught:
        walk(tmp_path, 2_999)
    assert caught.value.code == "too-large"


def test_what_is_hidden_or_made_by_systems_is_left_out(tmp_path: Path) -> None:
    for name in ("a.txt", ".hidden", "Thumbs.db", "desktop.ini", ".DS_Store", "._a.txt", "~$a.docx"):
        (tmp_path / name).touch()
    for folder in ("__MACOSX", ".git", "sub"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.txt").touch()
    assert walk(tmp_path, 100) == ([("a.txt",), ("sub", "b.txt")], [".git", ".hidden", "~$a.docx"])


def test_links_pipes_and_loops_are_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to("self")
    os.mkfifo(tmp_path / "pipe")
    assert walk(tmp_path, 100)[0] == [("pipe",), ("self",), ("sub", "loop")]


def test_a_folder_that_cannot_be_looked_into_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").touch()
    plain = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return plain(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert walk(tmp_path, 100)[0] == [("closed",), ("open", "a.txt")]


def test_folders_deeper_than_python_recurses_and_than_a_path_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(3_000):
        os.mkdir("d")  # noqa: PTH102
        os.chdir("d")
    try:
        ((*deep, last),) = walk(tmp_path, 10)[0]
    finally:
        for _ in range(3_000):
            os.chdir("..")
            os.rmdir("d")  # noqa: PTH106
    assert last == "d"
    assert 1_000 < len(deep) < 3_000
