"""Two markings of the same class: which marks changed, and why."""

from __future__ import annotations

from gradcli.report.charset import visible
from gradcli.report.marks.faces import label
from gradcli.report.marks.lines import Line, painted, words
from gradcli.report.marks.words import Record, score
from gradcli.report.screen import Screen


def text(comparison: Record, screen: Screen) -> str:
    """The changed marks with the answers that changed, and the submissions that are new or gone."""
    changed = comparison["changed"]
    counts = [f"{len(changed)} changed", f"{comparison['unchanged']} unchanged"]
    counts += [f"{len(comparison[key])} {key}" for key in ("added", "removed") if comparison[key]]
    lines = words("Marks: " + ", ".join(counts), screen, "bold")
    for submission in changed:
        lines += [[], *_changed(submission, screen)]
    for key in ("added", "removed"):
        if comparison[key]:
            files = ", ".join(visible(file) for file in comparison[key])
            lines += [[], *words(f"{key}: {files}", screen, hang=2)]
    return painted(lines, screen)


def _changed(submission: Record, screen: Screen) -> list[Line]:
    old, new = submission["old"], submission["new"]
    said = f"{label(submission)}: {_score(old)} → {_score(new)}{_difference(old, new)}"
    lines = words(said, screen, _style(old, new), hang=2)
    for answer in submission["answers"]:
        states = _change(answer["old_state"], answer["new_state"])
        scores = _change(_score(answer["old_score"]), _score(answer["new_score"]))
        said = f"{visible(answer['problem'])} {visible(answer['name'])}: {states}, {scores}"
        lines += words(said, screen, first="  ", hang=4)
    return lines


def _difference(old: float, new: float) -> str:
    return f" ({'+' if new > old else ''}{score(new - old)})" if old != new else ""


def _style(old: float, new: float) -> str:
    return "green" if new > old else "red" if new < old else "yellow"


def _score(x: float | None) -> str:
    """The score of an answer; one that was not there has none."""
    return "none" if x is None else score(x)


def _change(old: str | None, new: str | None) -> str:
    return str(old) if old == new else f"{old or 'none'} → {new or 'none'}"
