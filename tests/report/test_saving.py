"""Files that are written as a whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy
import pytest

from gradcli.language import GradcliError
from gradcli.report.saving import npz_bytes, refuse_unwritable, save


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    for text in (b"one", b"another"):
        refuse_unwritable(path)
        save(path, text)
        assert path.read_bytes() == text
    assert [found.name for found in tmp_path.iterdir()] == ["f.txt"]


def test_a_device_is_written_to() -> None:
    save(Path(os.devnull), b"lost")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("place", ["", "no/f.txt"])
def test_what_cannot_be_written(tmp_path: Path, place: str) -> None:
    for function in (refuse_unwritable, lambda path: save(path, b"")):
        with pytest.raises(GradcliError) as caught:
            function(tmp_path / place)
        assert caught.value.code == "unwritable"


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(GradcliError, match="is not to be written to"):
        refuse_unwritable(tmp_path / "f.txt")


def test_arrays_under_any_name_and_always_the_same_bytes() -> None:
    arrays = {"file": numpy.eye(2), "φ0": 1.5, "allow_pickle": numpy.arange(3.0)}
    data = npz_bytes(arrays)
    assert data == npz_bytes(arrays)
    with numpy.load(io.BytesIO(data)) as found:
        assert sorted(found) == sorted(arrays)
        for name, array in arrays.items():
            numpy.testing.assert_array_equal(found[name], array)
