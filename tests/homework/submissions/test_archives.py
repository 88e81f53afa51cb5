from __future__ import annotations

import io
import os
import struct
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest

from gradcli.homework.submissions import archives
from gradcli.homework.submissions.archives import members, read_member
from gradcli.language import GradcliError


def packed(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def keys(path: Path) -> list[str]:
    return [member.key for member in members(path, None)[0]]


def refusal(path: Path, key: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read_member(path, None, key)
    return caught.value


def one_of(path: Path, info: zipfile.ZipInfo, data: bytes = b"x") -> str:
    """An archive with one member; what that is refused for."""
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("good.txt", "good")
        out.writestr(info, data)
    assert read_member(path, None, "good.txt") == b"good"  # the others are none the worse for it
    (odd,) = (key for key in keys(path) if key != "good.txt")
    return refusal(path, odd).message


def test_members_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"hw/a.txt": "value q = 3", "hw/": "", "b.txt": b"\xff"})
    assert keys(path) == ["hw/a.txt", "b.txt"]
    assert members(path, None)[0][0].parts == ("hw", "a.txt")
    assert read_member(path, None, "hw/a.txt") == b"value q = 3"
    assert read_member(path, None, "b.txt") == b"\xff"
    assert "not hold" in refusal(path, "c.txt").message


def test_a_gigabyte_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out, out.open("bomb.txt", "w") as file:
        for _ in range(64):
            file.write(bytes(2**24))
    assert path.stat().st_size < 2**24
    tracemalloc.start()
    assert refusal(path, "bomb.txt").code == "too-large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**23


def test_what_is_really_unpacked_counts(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"a.txt": bytes(2**22)})
    data = path.read_bytes()
    for claimed in (10, 2**20):  # the sizes in both headers are lies
        lying = data.replace(struct.pack("<L", 2**22), struct.pack("<L", claimed))
        assert lying != data
        path.write_bytes(lying)
        os.utime(path, ns=(claimed, claimed))
        assert refusal(path, "a.txt").message == "this file is damaged in the zip"


def test_the_limit_is_the_one_of_files(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", fits=b"x" * 2**20, not_=b"x" * (2**20 + 1))
    assert len(read_member(path, None, "fits")) == 2**20
    assert refusal(path, "not_").code == "too-large"


def test_all_members_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 2**21)
    path = packed(tmp_path / "a.zip", a=bytes(2**20), b=bytes(2**20), c=b"x")
    assert len(read_member(path, None, "b")) == 2**20
    assert refusal(path, "c").code == "too-large"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("/etc/passwd", "starts at the root"),
        ("C:/a.txt", "starts at the root"),
        ("\\\\host\\a.txt", "starts at the root"),
        ("../a.txt", "leads out of"),
        ("hw/../../a.txt", "leads out of"),
        ("hw\\..\\a.txt", "leads out of"),
        ("..", "no name of a file"),
        ("n" * 1_001, "no name of a file"),
    ],
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str, told: str) -> None:
    assert told in one_of(tmp_path / "a.zip", zipfile.ZipInfo(name))


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", aXb="x", good="good")
    path.write_bytes(path.read_bytes().replace(b"aXb", b"a\0b"))
    assert "no name of a file" in refusal(path, "a").message
    assert read_member(path, None, "good") == b"good"


@pytest.mark.parametrize(
    ("mode", "told"), [(0o120777, "symbolic link"), (0o010644, "no regular"), (0o060644, "no reg")]
)
def test_members_that_are_no_files(tmp_path: Path, mode: int, told: str) -> None:
    info = zipfile.ZipInfo("odd.txt")
    info.create_system, info.external_attr = 3, mode << 16
    assert told in one_of(tmp_path / "a.zip", info, b"/etc/passwd")


def test_encrypted_members(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", a="x")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    data[data.index(b"PK\3\4") + 6] |= 1
    path.write_bytes(data)
    assert "encrypted" in refusal(path, "a").message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_a_bound(tmp_path: Path, method: int) -> None:
    info = zipfile.ZipInfo("a.txt")
    info.compress_type = method
    assert "method" in one_of(tmp_path / "a.zip", info)


def test_names_that_do_not_say_that_they_are_in_utf_8(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"größe.txt": "x"})
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\1\2", 9), (b"PK\3\4", 7)):
        data[data.index(sign) + offset] &= ~0x08
    path.write_bytes(data)
    (member,) = members(path, None)[0]
    assert member.parts == ("größe.txt",)
    assert read_member(path, None, member.key) == b"x"


def test_names_that_wrongly_say_that_they_are_in_utf_8(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"größe.txt": "x"})
    path.write_bytes(path.read_bytes().replace("größe".encode(), b"gr\xff\xff\xff\xff"[:5] + b"\xffe"))
    with pytest.raises(GradcliError, match="no zip, or a damaged one"):
        members(path, None)


def test_of_members_with_the_same_name_the_last_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out.writestr("a.txt", "old")
        out.writestr("a.txt", "new")
    found, twice = members(path, None)
    assert [member.key for member in found] == ["a.txt"]
    assert twice == ("a.txt",)
    assert read_member(path, None, "a.txt") == b"new"


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\5\6" + bytes(17), b"PK\3\4" + bytes(100)])
def test_what_is_no_zip(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(GradcliError, match="no zip, or a damaged one"):
        members(tmp_path / "a.zip", None)


def test_a_zip_that_is_cut_off_or_damaged_in_any_place_is_refused_or_read(tmp_path: Path) -> None:
    whole = packed(tmp_path / "whole.zip", **{"a.txt": "value q = 3\n" * 5, "b.txt": "x"}).read_bytes()
    codes = set()
    for place in range(len(whole)):
        for number, data in enumerate((whole[:place], whole[:place] + b"\xff" + whole[place + 1 :])):
            path = tmp_path / f"{place}-{number}.zip"
            path.write_bytes(data)
            try:
                for member in members(path, None)[0]:
                    assert read_member(path, None, member.key) in (b"value q = 3\n" * 5, b"x", b"")
            except GradcliError as error:
                codes.add(error.code)
    assert codes <= {"unreadable-file", "too-large"}


def test_the_number_of_members_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", a="", b="", c="")
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    with pytest.raises(GradcliError) as caught:
        members(path, None)
    assert caught.value.code == "too-large"


def test_the_directory_is_bounded_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", **{f"{number:050}": "" for number in range(100)})
    monkeypatch.setattr(archives, "LARGEST_DIRECTORY", 9_599)  # 100 times 46 and the name's 50
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *_: pytest.fail("the directory was read"))
    with pytest.raises(GradcliError) as caught:
        members(path, None)
    assert caught.value.code == "too-large"


def test_the_directory_is_read_once_for_all_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", **{f"{number}.txt": str(number) for number in range(300)})
    opened: list[object] = []
    plain = zipfile.ZipFile
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: opened.append(file) or plain(file))
    assert [read_member(path, None, key) for key in keys(path)] == [str(number).encode() for number in range(300)]
    assert len(opened) == 1


def test_a_zip_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", a="old")
    assert read_member(path, None, "a") == b"old"
    packed(path, a="newer")
    assert read_member(path, None, "a") == b"newer"


def test_links_to_zips_are_not_followed(tmp_path: Path) -> None:
    packed(tmp_path / "a.zip", a="x")
    (tmp_path / "b.zip").symlink_to("a.zip")
    with pytest.raises(GradcliError, match="symbolic link"):
        members(tmp_path / "b.zip", tmp_path)


def test_a_zip_in_a_zip_is_bytes(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as out:
        out.writestr("a", "x")
    path = packed(tmp_path / "a.zip", inner=inner.getvalue())
    assert read_member(path, None, "inner").startswith(b"PK")
