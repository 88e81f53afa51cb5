"""Steps as text, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from gradcli.report.charset import spelled
from gradcli.report.jsontext import Json
from gradcli.report.layout import GAP, one_line
from gradcli.report.markdown import bullets, escape, grid_markdown
from gradcli.report.screen import Screen
from gradcli.report.steps import STEPS_SCHEMA, Phase, Step, Steps, table_of
from gradcli.report.tables import Report
from gradcli.report.textual import paragraph, report_text, table_text


class StepTexts:
    """Writes steps as text, with columns that are as wide in every step of a pass where there is room for that."""

    def __init__(self, steps: Steps, screen: Screen) -> None:
        self._steps = steps
        self._screen = screen
        self._known: dict[Phase, list[int]] = {}

    def __call__(self, step: Step) -> str:
        """One step: its title, what it shows, its sentence."""
        screen = self._screen
        if step.row is not None:
            body = table_text(table_of(step, self._widths(step.phase)), screen)
        elif step.phase == "formula":
            body = "\n".join(_lines(line, screen) for line in (step.title, step.reading, step.at))
        else:
            body = report_text(Report(step.title, (), step.value, step.gradient), screen).replace("\n\n", "\n", 1)
        return f"{body.rstrip()}\n{_lines(step.sentence, screen)}\n"

    def _widths(self, phase: Phase) -> list[int]:
        """The widths that the columns of all steps need; none where they do not fit."""
        if phase not in self._known:
            rows = self._steps.rows.get(phase, [])
            cells = [[(head,) for head in self._steps.columns_of(phase)], *(row.cells for row in rows)]
            ascii_only = self._screen.ascii_only
            widths = [max(cell_len(spelled(one_line(cell), ascii_only=ascii_only)) for cell in column)
                      for column in zip(*cells, strict=True)]  # fmt: skip
            frame = 3 * len(widths) + 1 if self._screen.boxes else GAP * (len(widths) - 1)
            room = self._screen.width
            self._known[phase] = widths if room is None or sum(widths) + frame <= room else []
        return self._known[phase]


def _lines(text: str, screen: Screen) -> str:
    """A text in lines that fit; where they may have any length there is no need to look for breaks."""
    return spelled(text, ascii_only=screen.ascii_only) if screen.width is None else paragraph(text, screen)


def step_markdown(step: Step, *, ascii_only: bool = False) -> str:
    """One step as Markdown."""
    blocks = [f"### {escape(step.title, ascii_only=ascii_only)}"]
    if step.row is not None:
        blocks.append(grid_markdown(step.columns, [step.row.cells], ascii_only=ascii_only))
    elif step.phase == "formula":
        blocks += [f"**{escape(step.reading, ascii_only=ascii_only)}**", escape(step.at, ascii_only=ascii_only)]
    else:
        lines = [" ".join(line.text) + (f" ({line.remark})" if line.remark else "") for line in step.gradient]
        blocks.append(bullets([step.value, *lines], ascii_only=ascii_only))
    if step.notes:
        blocks.append(bullets(step.notes, ascii_only=ascii_only))
    blocks.append(escape(step.sentence, ascii_only=ascii_only))
    return "\n\n".join(blocks) + "\n"


_KEYS = {"forward": ("inputs", "outputs", "derivatives"), "backward": ("upstream", "local", "handed")}


def step_json(step: Step) -> Json:
    """One step as an object; the cells are lists of the texts that the tables show."""
    found: Json = {"step": step.number, "phase": step.phase, "node": step.node, "sentence": _plain(step.sentence)}
    if step.row is not None:
        cells = [[_plain(part) for part in cell] for cell in step.row.cells[1:]]
        found |= {"label": _plain(step.label), **dict(zip(_KEYS[step.phase], cells, strict=True))}
    elif step.phase == "formula":
        found |= {"read_as": _plain(step.reading), "at": _plain(step.at)}
    else:
        found |= {"value": _plain(step.value), "gradient": [_plain(" ".join(line.text)) for line in step.gradient]}
    return found | ({"notes": list(map(_plain, step.notes))} if step.notes else {})


def steps_json(steps: Iterable[Step], formula: str, count: int) -> Json:
    """Steps as an object of the schema `gradcli.steps/1`.

    Args:
        steps: the steps that are asked for.
        formula: as it was typed.
        count: how many steps there are in all.
    """
    return {"schema": STEPS_SCHEMA, "formula": formula, "count": count, "steps": list(map(step_json, steps))}


def _plain(text: str) -> str:
    return spelled(text, ascii_only=False)
