from __future__ import annotations

import io
import os
import socket
from pathlib import Path

import pytest

from gradcli.homework.submissions.files import read_bytes, text_of
from gradcli.language import GradcliError


def refusal(path: Path, within: Path | None = None) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read_bytes(path, within)
    return caught.value


def test_a_file_at_the_limit_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 2**20)
    assert len(read_bytes(path, tmp_path)) == 1_048_576
    path.write_bytes(b"x" * (2**20 + 1))
    assert refusal(path).code == "too-large"
    assert refusal(path).message == "the file is larger than 1 MiB"


def test_missing_files_and_impossible_names(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.txt").message == "there is no such file"
    assert refusal(tmp_path / "no" / "no.txt").message == "there is no such file"
    assert refusal(Path("a\0b")).message == "this is no name of a file"
    assert "cannot be read" in refusal(tmp_path / ("n" * 5_000)).message


@pytest.mark.parametrize("target", ["a.txt", "missing", "link"])
def test_links_are_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "link").symlink_to(target)
    assert "symbolic link" in refusal(tmp_path / "link", tmp_path).message


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, path = tmp_path / "secret", tmp_path / "a.txt"
    secret.write_text("secret")
    path.write_text("x")
    plain = os.open

    def exchanged(name: Path, flags: int) -> int:
        path.unlink()
        path.symlink_to(secret)
        return plain(name, flags)

    monkeypatch.setattr(os, "open", exchanged)
    assert "symbolic link" in refusal(path).message


def test_a_file_that_takes_the_place_of_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, path = tmp_path / "other", tmp_path / "a.txt"
    other.write_text("other")
    path.write_text("x")
    plain = os.open

    def exchanged(name: Path, flags: int) -> int:
        other.replace(path)
        return plain(name, flags)

    monkeypatch.setattr(os, "open", exchanged)
    assert "exchanged" in refusal(path).message


def test_pipes_sockets_devices_and_folders_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
    assert "a pipe" in refusal(tmp_path / "pipe.txt").message
    assert "a socket" in refusal(tmp_path / "socket.txt").message
    assert "a device" in refusal(Path("/dev/zero")).message
    assert "a folder" in refusal(tmp_path).message


def test_a_linked_folder_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.txt").write_text("x")
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "linked").symlink_to(tmp_path / "outside")
    assert "outside of the folder" in refusal(tmp_path / "hw" / "linked" / "a.txt", tmp_path / "hw").message
    assert "outside of the folder" in refusal(tmp_path / "hw" / ".." / "outside" / "a.txt", tmp_path / "hw").message


def test_a_folder_that_is_reached_through_a_link_is_itself(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("x")
    (tmp_path / "hw").symlink_to(tmp_path / "real")
    assert read_bytes(tmp_path / "hw" / "a.txt", tmp_path / "hw") == b"x"


def test_what_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # whoever may do everything may open it
    assert refusal(path).message == "the file cannot be read: permission denied"


def test_a_file_that_grows_while_it_is_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("x")
    asked: list[int | None] = []

    class Growing(io.BytesIO):
        def fileno(self) -> int:
            return small.fileno()

        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    with (tmp_path / "a.txt").open("rb") as small:
        monkeypatch.setattr("gradcli.homework.submissions.files.open_regular", lambda *_: Growing(b"x" * 2**21))
        assert refusal(tmp_path / "a.txt").code == "too-large"
    assert asked == [2**20 + 1]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"%PDF-1.7\n", "this is a PDF; write the answers as text"),
        (b"\x89PNG\r\n\x1a\n", "this is a picture; write the answers as text"),
        (b"\xff\xd8\xff\xe0", "this is a picture; write the answers as text"),
        (b"PK\x03\x04\x14\0\6\0[Content_Types].xml", "this is a Word, Excel or PowerPoint document; write the"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "this is an OpenDocument file; write the"),
        (b"PK\x03\x04hw.txt", "this is a zip; write the answers as text"),
        (b"{\\rtf1 value q = 3}", "this is an RTF document; write the answers as text"),
        ("value q = 3".encode("utf-16"), "the text is in UTF-16, not in UTF-8"),
        ("value q = 3".encode("utf-16-be"), "the text seems to be in UTF-16, not in UTF-8"),
        ("value q = 3".encode("utf-16-le"), "the text seems to be in UTF-16, not in UTF-8"),
        ("value q = 3".encode("utf-32"), "the text is in UTF-32, not in UTF-8"),
        (b"value q = 3\0", "this is a binary file; write the answers as text"),
        ("# ok\nvalue größe = 3".encode("latin-1"), "the text is not in UTF-8: see line 2"),
        (b"\xed\xa0\x80", "the text is not in UTF-8: see line 1"),  # half of a surrogate pair
    ],
)
def test_what_is_no_text(data: bytes, told: str) -> None:
    with pytest.raises(GradcliError) as caught:
        text_of(data)
    assert caught.value.code == "unreadable-file"
    assert caught.value.message.startswith(told)
    assert caught.value.hint


def test_text_with_and_without_a_byte_order_mark() -> None:
    assert text_of("value σ = −1\n".encode()) == "value σ = −1\n"
    assert text_of("value σ = −1\n".encode("utf-8-sig")) == "value σ = −1\n"
