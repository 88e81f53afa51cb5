"""What a key asks for, read as a student's line is read: `grad x`, `local q/x`, `value *`."""

from __future__ import annotations

from gradcli.homework.problems.problem import Ask
from gradcli.homework.problems.quantities import KINDS
from gradcli.homework.sheets.sheet import read_sheet
from gradcli.language import GradcliError
from gradcli.language.errors import LINE_BREAK


def read_ask(text: str) -> Ask:
    """A quantity, or all of a kind.

    Raises:
        GradcliError: it is none; the error's text is `text`.
    """
    word, _, rest = text.strip().partition(" ")
    if word.lower() in KINDS and rest.strip() == "*":  # `local *` names no derivative, as a student's line must
        return word.lower(), "*", None
    sheet = read_sheet(f"{text} = ?")
    answers = [answer for section in sheet.sections for answer in section.answers]
    answer = answers[0] if len(answers) == 1 and not sheet.faults else None
    # A sign and a number of its own would stand before the "=", and a second line would say something else.
    if answer is not None and answer.text == "?" and not LINE_BREAK.search(text) and not _ends_in_sign(text):
        return answer.word, answer.target.strip(), None if answer.by is None else answer.by.strip()
    hint = next((fault.fault.hint.partition(" = ")[0] for fault in sheet.faults if fault.fault.hint), None)
    raise GradcliError("unknown-quantity", f"'{text[:60]}' is no quantity", text=text, end=len(text),
                       hint=hint or "write value q, local q/x, up q, grad x, jac y/x or grad *")  # fmt: skip


def _ends_in_sign(text: str) -> bool:
    return text.rstrip().endswith((":", "="))
