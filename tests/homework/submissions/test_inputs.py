from __future__ import annotations

import os
import pickle
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from gradcli.homework.sheets.sheet import Sheet
from gradcli.homework.submissions.discovery import discover
from gradcli.homework.submissions.inputs import Submission, kind_of_name, read
from gradcli.language import GradcliError


def only(path: Path) -> Submission:
    (submission,) = discover([path]).submissions
    return submission


def refusal(path: Path) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read(only(path))
    return caught.value


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", "sheet"), ("a.TXT", "sheet"), ("a.hw", "sheet"), ("a.md", "sheet"), ("a.text", "sheet"), ("a", "sheet"),
     ("a.grad", "sheet"), (".txt", "sheet"), ("a.csv", "table"), ("a.zip", "archive"), ("a.txt.zip", "archive"),
     ("a.pdf", "other"), ("a.docx", "other"), ("a.", "other"), ("", "sheet")],
)  # fmt: skip
def test_kinds(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("name", "told"),
    [("a.pdf", "this is a PDF; write the answers as text"), ("a.DOCX", "this is a Word document; write the answers"),
     ("a.png", "this is a picture; write the answers"), ("a.xyz", "files of this kind are not read")],
)  # fmt: skip
def test_other_kinds_of_files(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_bytes(b"x" * 2**21)
    assert refusal(tmp_path / name).message.startswith(told)
    assert ".txt" in str(refusal(tmp_path / name).hint)


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.zip", "a.pdf", "a\nb", "\x1b[2J.txt", "\udcff.txt"])
def test_missing_files_fail_when_they_are_read(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).message == "there is no such file"


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.zip", "a.pdf", "a"])
def test_links_and_pipes_of_any_name_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to("/etc/passwd")
    assert "symbolic link" in refusal(tmp_path / name).message
    assert "symbolic link" in refusal(tmp_path).message
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    assert "a pipe" in refusal(tmp_path).message


def test_folders_that_are_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "hw").symlink_to("real")
    assert "symbolic link" in refusal(tmp_path / "hw").message


def test_names_of_any_characters_are_read(tmp_path: Path) -> None:
    for name in ("a\nb.txt", "\x1b[2J.txt", "[link=x].txt", "\udcff.txt"):
        (tmp_path / name).write_text("value q = 3")
        assert read(only(tmp_path / name)) == "value q = 3"
        only(tmp_path / name).file.encode()
    found = discover([tmp_path]).submissions
    assert [read(one) for one in found] == ["value q = 3"] * 4


def test_zips(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("a.txt", "value q = 3")
        out.writestr("b.pdf", b"%PDF-")
        out.writestr("c.txt", b"%PDF-")
        out.writestr("d.zip", b"PK")
        out.writestr("e.csv", "student,value q\ns1,1\n")
        out.writestr("../f.txt", "x")
    told = {}
    for one in discover([path]).submissions:
        try:
            told[one.file] = read(one)
        except GradcliError as error:
            told[one.file] = error.message
    assert isinstance(told.pop("e.csv:2"), Sheet)
    assert told == {
        "a.txt": "value q = 3",
        "b.pdf": "this is a PDF; write the answers as text",
        "c.txt": "this is a PDF; write the answers as text",
        "d.zip": "this is a zip inside of a zip, and is not opened",
        "../f.txt": "the name of this file in the zip leads out of its folder",
    }


def test_empty_zips_and_tables_without_rows(tmp_path: Path) -> None:
    zipfile.ZipFile(tmp_path / "a.zip", "w").close()
    (tmp_path / "b.csv").write_text("student,value q\n")
    (tmp_path / "c.csv").write_text("student,name\ns1,Anna\n")
    (tmp_path / "d.zip").write_text("x")
    assert refusal(tmp_path / "a.zip").message == "the zip holds no files"
    assert refusal(tmp_path / "b.csv").message == "the table holds no answers"
    assert refusal(tmp_path / "c.csv").message == "no column of the table names an answer"
    assert refusal(tmp_path / "d.zip").message == "this is no zip, or a damaged one"


def test_what_was_typed_online_is_text(tmp_path: Path) -> None:
    folder = tmp_path / "Anna Example_12_assignsubmission_onlinetext"
    folder.mkdir()
    (folder / "onlinetext.html").write_text("<p>value q = 3</p><p>grad x &lt; 4</p>")
    (tmp_path / "other.html").write_text("<p>value q = 3</p>")
    online, other = discover([tmp_path]).submissions
    assert (online.student, online.name) == ("12", "Anna Example")
    assert read(online) == "value q = 3\ngrad x < 4\n"
    with pytest.raises(GradcliError, match="a web page"):
        read(other)


def test_submissions_are_read_in_other_processes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for number in range(200):
            out.writestr(f"{number}.txt", f"value q = {number}" * 100)
    found = discover([tmp_path / "a.zip"]).submissions
    assert len(pickle.dumps(found[0])) < 1_000
    expected = [f"value q = {number}" * 100 for number in range(200)]
    assert [read(one) for one in found] == expected  # now it is open here, and what is forked inherits that
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(read, found)) == expected
