"""The empty sheets of a key, as one text or as files of a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gradcli.cli.output import note, write
from gradcli.language import GradcliError

if TYPE_CHECKING:
    from gradcli.homework.course.session import Session


def write_sheets(session: Session, output: str | None) -> None:
    """Write the sheets: one to a file or to standard output, those of a class into a folder.

    Raises:
        GradcliError: the key cannot be used, or the sheets cannot be written.
    """
    from gradcli.report.saving import save

    sheets = list(session.sheets())
    if session.roster is None:
        for _, text in sheets:
            write(text) if output is None else save(Path(output), text.encode())
        return
    if output is None:
        raise GradcliError("usage", "the sheets of a class need a folder", hint="add -o sheets")
    folder = Path(output)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise GradcliError("unwritable", f"{folder} cannot be made: {(error.strerror or 'error').lower()}",
                           hint="name another folder") from None  # fmt: skip
    for name, _ in sheets:
        _refuse_filled_in(folder / name)
    for name, text in sheets:
        save(folder / name, text.encode())
    note(f"{len(sheets)} sheets are in {folder}")


def _refuse_filled_in(path: Path) -> None:
    """Refuse to write over a sheet that somebody has filled in."""
    from gradcli.homework.sheets.sheet import read_sheet

    if not path.is_file():
        return
    try:
        sheet = read_sheet(path.read_text(encoding="utf-8-sig"))
        empty = not sheet.faults and all(
            answer.written is not None and not any(answer.written.entries)
            for section in sheet.sections for answer in section.answers
        )  # fmt: skip
    except (OSError, ValueError, GradcliError):  # it is somebody's file, and no sheet
        empty = False
    if not empty:
        raise GradcliError("unwritable", f"{path} is there already, and is filled in",
                           hint="take it away, or name another folder")  # fmt: skip
