"""What was typed behind `gradcli check`, and which of it cannot have been meant together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gradcli.report.marks.writers import GRADE_BOOKS, Form, Identity

_OTHERS = (
    ".xlsx", ".xls", ".ods", ".numbers", ".pdf", ".html", ".htm", ".docx", ".zip", ".gz", ".toml", ".yaml", ".yml",
)  # fmt: skip
"""Ends of names that promise what is not written here."""


@dataclass(frozen=True, slots=True)
class Given:
    """The options as they were given."""

    paths: tuple[str, ...]
    key_file: str | None
    form: Form | None
    output: str | None
    reveal: Any
    roster: str | None
    gradebook: str | None
    assignment: str | None
    identity: Identity
    compare: str | None
    digits: int | None
    decimals: int | None
    absolute: float | None
    relative: float | None
    carried: float | None
    coarse: float | None
    all_or_nothing: bool | None
    seed: int | None
    jobs: int | None
    seconds: float
    worksheet: bool
    lint: bool
    exit_zero: bool


def refuse_idle(ctx: click.Context, given: Given, form: str) -> None:
    """Refuse options that would be of no effect, where something else was surely meant.

    Raises:
        UsageError: there is one.
    """
    suffix = Path(given.output or "").suffix.lower()
    if given.lint and given.worksheet:
        raise click.UsageError("--lint and --worksheet are two commands; run one after the other", ctx)
    if given.lint and form not in ("table", "json"):
        raise click.UsageError(f"--lint has no --format {form}, only table and json", ctx)
    if given.lint or given.worksheet:
        return
    if given.form is None and suffix in _OTHERS:
        raise click.UsageError(f"there is no form that ends in {suffix}; try -o marks.csv, or name a --format", ctx)
    if given.gradebook is not None and form not in GRADE_BOOKS:
        raise click.UsageError("--gradebook is filled in by --format canvas or --format moodle; add one of them", ctx)
    if given.assignment is not None and form != "canvas":
        raise click.UsageError("--assignment is of --format canvas; add that", ctx)
    if given.compare is not None and form not in ("table", "json"):
        raise click.UsageError(f"--compare has no --format {form}, only table and json", ctx)
