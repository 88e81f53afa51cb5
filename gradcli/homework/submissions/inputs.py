"""One submission and how it is read, in whichever process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from gradcli.homework.sheets.sheet import Sheet
from gradcli.homework.submissions.files import AS_TEXT, read_bytes, refuse_odd, refused, refused_kind, text_of
from gradcli.homework.submissions.folders import is_hidden
from gradcli.homework.submissions.tables import Table, read_table, sheet_of_row, table_at
from gradcli.language import GradcliError

Kind = Literal["sheet", "table", "archive", "other"]

_SHEETS = frozenset({"", ".txt", ".hw", ".md", ".text", ".grad"})
_TABLES = frozenset({".csv", ".tsv"})
_OTHERS = {
    ".pdf": "a PDF", ".doc": "a Word document", ".docx": "a Word document", ".odt": "an OpenDocument file",
    ".rtf": "an RTF document", ".pages": "a Pages document", ".xls": "an Excel file", ".xlsx": "an Excel file",
    ".ods": "an OpenDocument file", ".png": "a picture", ".jpg": "a picture", ".jpeg": "a picture",
    ".heic": "a picture", ".gif": "a picture", ".webp": "a picture", ".tif": "a picture", ".tiff": "a picture",
    ".ipynb": "a notebook", ".py": "a program", ".html": "a web page", ".htm": "a web page", ".tex": "a LaTeX file",
    ".rar": "a packed file", ".7z": "a packed file", ".gz": "a packed file", ".tar": "a packed file",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """One thing that was handed in, and where it is: small, so that thousands travel to worker processes.

    Attributes:
        file: its name within what was given, unique in a run, and in UTF-8.
        student: who it is by the file's name, or by the row of a table; None if that says nothing.
        name: the student's name there.
        late: whether the platform calls it late.
        attempt: which one it is, where the platform numbers them.
        source: the file on the disk.
        member: the file in a zip.
        row: the line of a table.
        within: the folder that is checked; its files must not be outside of it.
        online: whether it was typed into the platform's editor, and exported as a web page.
    """

    file: str
    student: str | None
    name: str | None
    late: bool
    attempt: tuple[int, ...] | None
    source: Path
    member: str | None = None
    row: int | None = None
    within: Path | None = None
    online: bool = False


def read(submission: Submission) -> str | Sheet:
    """The text of a submission; of the row of a table, its answers.

    Raises:
        GradcliError: it cannot be read, is too large, or is no text; one sentence that names no file.
    """
    if submission.row is not None:
        return sheet_of_row(table_of(submission), submission.row)
    name = submission.source.name if submission.member is None else _last(submission.member)
    kind = kind_of_name(name)
    if kind == "table":
        table_of(submission)
        raise GradcliError("unreadable-file", "the table holds no answers", hint="write one row a student")
    if kind == "archive":
        raise _refused_archive(submission)
    page = submission.online and name.lower().endswith(".html")
    if kind == "other" and not page:
        refuse_odd(submission.source, submission.within)
        raise _refused_other(name)
    text = text_of(_bytes_of(submission))
    if page:
        from gradcli.homework.submissions.online_text import lines_of  # most files are none

        return lines_of(text)
    return text


def content_of(submission: Submission) -> bytes:
    """The bytes that a submission is made of, by which it is known again; of the row of a table, its cells.

    Raises:
        GradcliError: it cannot be read.
    """
    if submission.row is not None:
        return repr(sheet_of_row(table_of(submission), submission.row)).encode("utf-8", "surrogatepass")
    return _bytes_of(submission)


def table_of(submission: Submission) -> Table:
    """The table that a submission is a row of.

    Raises:
        GradcliError: it cannot be read, or is no table of answers.
    """
    if submission.member is None:
        return table_at(submission.source, submission.within)
    try:
        status = submission.source.lstat()
    except (OSError, ValueError) as error:
        raise refused(error) from None
    return _table_in_zip(submission.source, submission.within, submission.member, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _table_in_zip(source: Path, within: Path | None, member: str, changed: int, size: int) -> Table:  # noqa: ARG001
    from gradcli.homework.submissions.archives import read_member

    return read_table(text_of(read_member(source, within, member)))


def kind_of_name(name: str) -> Kind:
    """How a file is read, by the end of its name."""
    suffix = _suffix(name)
    if suffix == ".zip":
        return "archive"
    return "table" if suffix in _TABLES else "sheet" if suffix in _SHEETS else "other"


def unlisted(parts: tuple[str, ...]) -> bool:
    """Whether a file in a zip is hidden, or in a hidden folder, and thus not handed in."""
    return any(is_hidden(part) and part != ".." for part in parts)


def _bytes_of(submission: Submission) -> bytes:
    if submission.member is None:
        return read_bytes(submission.source, submission.within)
    from gradcli.homework.submissions.archives import read_member  # imports zlib, which a folder of text needs not

    return read_member(submission.source, submission.within, submission.member)


def _refused_archive(submission: Submission) -> GradcliError:
    if submission.member is not None:
        return GradcliError("unreadable-file", "this is a zip inside of a zip, and is not opened", hint=AS_TEXT)
    from gradcli.homework.submissions.archives import members

    members(submission.source, submission.within)
    return GradcliError("unreadable-file", "the zip holds no files", hint=AS_TEXT)


def _refused_other(name: str) -> GradcliError:
    kind = _OTHERS.get(_suffix(name))
    if kind is not None:
        return refused_kind(kind)
    return GradcliError("unreadable-file", "files of this kind are not read; write the answers as text", hint=AS_TEXT)


def _last(member: str) -> str:
    return member.replace("\\", "/").rpartition("/")[2]


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() if stem else ""
