"""Files from strangers."""

from __future__ import annotations

import io
import os

import pytest

from gradcli.graph.limits import LARGEST_FILE, read_stream, read_text
from gradcli.language import GradcliError


def test_a_text_is_read_without_its_byte_order_mark(tmp_path):
    path = tmp_path / "f.txt"
    path.write_bytes("\ufeffσ(x)".encode())
    assert read_text(path) == "σ(x)"


def refused(path):
    with pytest.raises(GradcliError) as caught:
        read_text(path)
    assert caught.value.code == "unreadable-file"
    assert caught.value.hint
    return caught.value.message


def test_what_is_no_file(tmp_path):
    assert "folder" in refused(tmp_path)
    assert "no such file" in refused(tmp_path / "absent")
    refused(tmp_path / "\0")


def test_what_is_no_text(tmp_path):
    path = tmp_path / "f.txt"
    path.write_bytes(b"\xff\xfe\x00x")
    assert "UTF-8" in refused(path)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device")  # noqa: PTH110
def test_a_device_is_not_read():
    from pathlib import Path

    assert "regular" in refused(Path("/dev/zero"))


def test_the_largest_file():
    assert len(read_stream(io.BytesIO(b"x" * LARGEST_FILE), "here")) == LARGEST_FILE
    with pytest.raises(GradcliError, match="larger than 16 MiB"):
        read_stream(io.BytesIO(b"x" * (LARGEST_FILE + 1)), "here")
