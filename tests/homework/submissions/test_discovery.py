from __future__ import annotations

import os
import random
import zipfile
from pathlib import Path

import pytest

from gradcli.homework.submissions import discovery
from gradcli.homework.submissions.discovery import Submission, discover, read
from gradcli.language import GradcliError


def files(*paths: Path) -> list[str]:
    return [one.file for one in discover(paths).submissions]


def written(folder: Path, *names: str, text: str = "value q = 3") -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def packed(path: Path, *names: str, text: str = "value q = 3") -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name in names:
            out.writestr(name, text)
    return path


def students(path: Path) -> dict[str, str | None]:
    return {one.file: one.student for one in discover([path]).submissions}


def test_a_folder_in_its_natural_order(tmp_path: Path) -> None:
    names = [f"s{number}.txt" for number in range(3_000)]
    shuffled = names.copy()
    random.Random(2).shuffle(shuffled)
    written(tmp_path, *shuffled)
    assert files(tmp_path) == names
    assert files(*(tmp_path / name for name in shuffled)) == names


def test_names_start_below_what_was_given(tmp_path: Path) -> None:
    written(tmp_path, "hw/a.txt", "hw/sub/b.txt", "c.txt")
    packed(tmp_path / "z.zip", "d.txt")
    (tmp_path / "t.csv").write_text("student,value q\ns1,1\n\ns2,2\n")
    assert files(tmp_path / "hw") == ["a.txt", "sub/b.txt"]
    assert files(tmp_path / "c.txt") == ["c.txt"]
    assert files(tmp_path / "z.zip") == ["d.txt"]
    assert files(tmp_path / "t.csv") == ["t.csv:2", "t.csv:4"]
    assert files(tmp_path) == ["c.txt", "hw/a.txt", "hw/sub/b.txt", "t.csv:2", "t.csv:4", "z.zip/d.txt"]
    assert files(tmp_path / "hw", tmp_path / "z.zip") == ["hw/a.txt", "hw/sub/b.txt", "z.zip/d.txt"]


def test_names_are_unique(tmp_path: Path) -> None:
    written(tmp_path, "one/a.txt", "two/a.txt", "b/x.txt")
    packed(tmp_path / "z.zip", "a/b.txt", "a\\b.txt", "a/b.txt (2)", "./a/b.txt")
    both = files(tmp_path / "one" / "a.txt", tmp_path / "two" / "a.txt")
    assert [name.split("/")[-2:] for name in both] == [["one", "a.txt"], ["two", "a.txt"]]
    inside = files(tmp_path / "z.zip")
    assert len(set(inside)) == len(inside) == 4


def test_nothing_is_checked_twice(tmp_path: Path) -> None:
    written(tmp_path, "hw/a.txt", "hw/b.txt")
    given = [tmp_path / "hw", tmp_path / "hw" / "a.txt", tmp_path / "hw"]
    assert len(discover(given).submissions) == 2


def test_what_cannot_be_read_is_a_submission(tmp_path: Path) -> None:
    written(tmp_path, "a.pdf", "b.docx", "c.png")
    (tmp_path / "d.txt").symlink_to("a.pdf")
    (tmp_path / "e.txt").symlink_to("e.txt")
    os.mkfifo(tmp_path / "f.txt")
    (tmp_path / "g.zip").write_text("x")
    (tmp_path / "h.csv").write_text("x")
    found = discover([tmp_path])
    assert len(found.submissions) == 8
    for one in found.submissions:
        with pytest.raises(GradcliError) as caught:
            read(one)
        assert caught.value.code == "unreadable-file"


def test_a_path_that_does_not_exist_does_not_stop_the_others(tmp_path: Path) -> None:
    written(tmp_path, "a.txt")
    missing, found = discover([tmp_path / "A.txt", tmp_path / "a.txt"]).submissions
    assert (missing.file, found.file) == ("A.txt", "a.txt")
    with pytest.raises(GradcliError, match="there is no such file"):
        read(missing)
    assert read(found) == "value q = 3"


def test_hidden_files_are_noted(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", ".hidden", "Thumbs.db", "__MACOSX/._a.txt", ".git/x")
    found = discover([tmp_path])
    assert [one.file for one in found.submissions] == ["a.txt"]
    assert found.notes == (f"skipped in {tmp_path.name}: .git, .hidden",)
    packed(tmp_path / "z.zip", "a.txt", "__MACOSX/._a.txt", ".hidden", "sub/.DS_Store")
    assert files(tmp_path / "z.zip") == ["a.txt"]


def test_an_empty_folder_is_noted(tmp_path: Path) -> None:
    found = discover([tmp_path])
    assert found.submissions == ()
    assert found.notes == (f"there are no files in {tmp_path}",)


def test_a_canvas_export(tmp_path: Path) -> None:
    names = ["exampleanna_11_100_hw.txt", "exampleanna_11_101_hw-1.txt", "otherben_LATE_12_102_hw.txt",
             "otherben_LATE_12_103_notes.txt"]  # fmt: skip
    for path in (written(tmp_path / "hw", *names), packed(tmp_path / "submissions.zip", *names)):
        found = discover([path])
        assert [(one.file, one.student, one.name, one.late, one.attempt) for one in found.submissions] == [
            ("exampleanna_11_101_hw-1.txt", "11", "exampleanna", False, (1,)),
            ("otherben_LATE_12_102_hw.txt", "12", "otherben", True, ()),
            ("otherben_LATE_12_103_notes.txt", "12", "otherben", True, ()),
        ]
        assert [note.partition(":")[0] for note in found.notes] == ["handed in again, the latest counts"]


def test_a_moodle_export(tmp_path: Path) -> None:
    names = ["Anna Example_11_assignsubmission_file/hw.txt", "Ben Other_12_assignsubmission_file/sub/hw.txt"]
    for path in (written(tmp_path / "hw", *names), packed(tmp_path / "course-HW 3-99.zip", *names)):
        assert [(one.file, one.student, one.name) for one in discover([path]).submissions] == [
            (names[0], "11", "Anna Example"),
            (names[1], "12", "Ben Other"),
        ]
    assert students(tmp_path / "hw" / "Anna Example_11_assignsubmission_file") == {"hw.txt": "11"}


def test_a_zip_of_a_student_holds_nobody_elses_files(tmp_path: Path) -> None:
    (tmp_path / "hw").mkdir()
    packed(tmp_path / "hw" / "exampleanna_11_100_hw.zip", "otherben_12_1_a.txt", "leekim_13_1_a.txt", "a.txt")
    prefix = "exampleanna_11_100_hw.zip"
    expected = {f"{prefix}/{name}": "11" for name in ("otherben_12_1_a.txt", "leekim_13_1_a.txt", "a.txt")}
    assert students(tmp_path / "hw") == expected


def test_a_table_of_a_student_holds_nobody_elses_answers(tmp_path: Path) -> None:
    written(tmp_path, "exampleanna_11_100_a.csv", text="student,value q\n12,1\n13,2\n")
    written(tmp_path, "form.csv", text="student,name,value q\n12,Ben Other,1\n,,2\n")
    assert students(tmp_path) == {
        "exampleanna_11_100_a.csv:2": "11",
        "exampleanna_11_100_a.csv:3": "11",
        "form.csv:2": "12",
        "form.csv:3": None,
    }


def test_the_whole_export_may_have_the_name_of_a_file_in_one(tmp_path: Path) -> None:
    path = packed(tmp_path / "course_2024_1_submissions.zip", "exampleanna_11_1_a.txt", "otherben_12_1_a.txt")
    assert students(path) == {"exampleanna_11_1_a.txt": "11", "otherben_12_1_a.txt": "12"}


def test_columns_that_name_no_answer_are_noted_once(tmp_path: Path) -> None:
    rows = "".join(f"2024,s{number},1\n" for number in range(100))
    written(tmp_path, "form.csv", text="Timestamp,student,value q\n" + rows)
    found = discover([tmp_path / "form.csv"])
    assert len(found.submissions) == 100
    assert found.notes == ("columns of form.csv that name no answer: Timestamp",)


def test_tables_in_zips(tmp_path: Path) -> None:
    path = packed(tmp_path / "z.zip", "form.csv", text="student,value q\ns1,1\n")
    assert students(path) == {"form.csv:2": "s1"}


def test_names_with_bytes_that_are_no_text(tmp_path: Path) -> None:
    written(tmp_path, "a\udcff_1_2_hw\n.txt", "\udcfe_3_assignsubmission_file/\x1b.txt")
    found = discover([tmp_path]).submissions
    assert [one.student for one in found] == ["3", "1"] or [one.student for one in found] == ["1", "3"]
    for one in found:
        f"{one.file}{one.name}".encode()
        assert read(one) == "value q = 3"


def test_too_many_submissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MOST_SUBMISSIONS", 2)
    written(tmp_path, "a.csv", text="value q\n1\n2\n3\n")
    with pytest.raises(GradcliError) as caught:
        discover([tmp_path])
    assert caught.value.code == "too-large"


def test_a_submission_is_what_the_rest_of_the_program_expects(tmp_path: Path) -> None:
    (one,) = discover([written(tmp_path, "a.txt") / "a.txt"]).submissions
    assert one == Submission("a.txt", None, None, False, None, tmp_path / "a.txt")
