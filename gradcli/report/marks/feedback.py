"""What grade books and test reports say of an answer or a submission, in lines of plain text.

Every line is free of what cannot be seen (`words`); signs of a format are left to the writer of that format.
"""

from __future__ import annotations

from gradcli.report.marks.words import (
    Record,
    counted,
    counts,
    note,
    out_of,
    reasons,
    verdict,
    written,
)

PASSING = frozenset({"correct", "rounded", "carried", "coarse"})
"""States of an answer whose method is right; the others are wrong, missing, or not to be read."""

MOST_NOTES = 50
"""Notes of one submission that are told; platforms limit what they take (PrairieLearn: 1 MB)."""

MOST_WRITTEN = 500
"""Characters of what a student wrote that are repeated."""


def passes(answer: Record) -> bool:
    """Whether a test of this answer passes, with whatever credit."""
    return answer["state"] in PASSING


def verdict_line(answer: Record) -> str:
    """The state and what is said of it, as one message: `wrong: The sign is turned around. Where: …`."""
    said = " ".join(reasons(answer))
    return f"{answer['state']}: {said}" if said else str(answer["state"])


def answer_lines(answer: Record) -> list[str]:
    """The state, what was written, and each thing that is said of it."""
    lines = [answer["state"]]
    if answer["written"]:
        lines.append(f"Written: {clipped(written(answer), MOST_WRITTEN)}")
    return lines + reasons(answer)


def result_line(record: Record) -> str:
    """How a submission ended: `4.5/10: 3 correct, 2 wrong`, or why it has no mark."""
    if record["state"] != "graded":
        return verdict(record)
    states = counted(counts(record))
    late = ", late" if record["late"] else ""
    return out_of(record["score"], record["max"]) + (f": {states}" if states else "") + late


def note_lines(record: Record) -> list[str]:
    """The notes on a submission, with the number of those that are left out."""
    lines = [clipped(note(found), 2 * MOST_WRITTEN) for found in record["notes"][:MOST_NOTES]]
    more = len(record["notes"]) - len(lines)
    return lines + ([f"and {more} more notes"] if more else [])


def clipped(text: str, most: int) -> str:
    """A text with its end left out if it is too long."""
    return text if len(text) <= most else text[: most - 1] + "…"
