"""`gradcli check`: homework, one file or a class."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcli import __version__
from gradcli.cli.check_options import Given, refuse_idle
from gradcli.cli.check_sheets import write_sheets
from gradcli.cli.inputs import Finite, schema_option
from gradcli.cli.main import NO, USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.homework.keys.key import REVEALS
from gradcli.language import GradcliError
from gradcli.report.marks.jsonlines import CHECKS_SCHEMA
from gradcli.report.marks.reveal import Level
from gradcli.report.marks.writers import (
    BY_SUFFIX,
    FORMS,
    GRADE_BOOKS,
    IDENTITIES,
    Form,
    Task,
    changes,
    filled,
    findings,
    pieces,
    remarks,
)
from gradcli.report.screen import Screen

if TYPE_CHECKING:
    from gradcli.homework.course.journal import Journal
    from gradcli.homework.course.session import Session
    from gradcli.homework.marking.grader import Options
    from gradcli.homework.submissions.roster import Roster

_EPILOG = """
KEY.toml states the problems, and needs no numbers of the answers; without a key each file states its own formula and
point in a header. What is checked are files, folders, zips, and CSV tables with a row a student, also as Canvas and
Moodle export them.

\b
Examples:
  gradcli check key.toml anna.txt                      one file: every answer with its line and the reason
  gradcli check key.toml answers/ -o results.jsonl     a class; an interrupted run goes on where it stopped
  gradcli check key.toml answers.zip --format report   what the class did, and which mistakes it made
  gradcli check key.toml answers/ --format canvas --gradebook grades.csv -o upload.csv
  gradcli check key.toml --lint                        mistakes that nobody would see at these points
  gradcli check key.toml --worksheet                   the empty sheet
  gradcli check key.toml --worksheet --roster class.csv -o sheets       one for each student
  gradcli check alone.txt                              a file that states its own problem

\b
Exit status: 0 all is right, 1 something is wrong, 2 the key or what was typed is at fault.
"""


@click.command("check", epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[KEY.toml] FILE|FOLDER ...")
@click.option("--key", "key_file", metavar="FILE", help="The key, if it is not among the other files.")
@click.option("--format", "form", type=click.Choice((*FORMS, *GRADE_BOOKS)),
              help="The output.  [default: what the end of the name behind -o says, or table]")  # fmt: skip
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE; of --worksheet with a roster, into a folder.")
@click.option("--reveal", type=click.Choice(REVEALS), help="How much is told.  [default: what the key says, or hint]")
@click.option("--roster", metavar="FILE", help="Who is in the class: ids, or a CSV table.")
@click.option("--gradebook", metavar="FILE", help="For the formats canvas and moodle: the exported table to fill in.")
@click.option("--assignment", metavar="NAME", help="For canvas: the title or the number of the assignment.")
@click.option("--identity", type=click.Choice(IDENTITIES), default="username", show_default=True,
              help="For moodle without --gradebook: what students are called by.")  # fmt: skip
@click.option("--compare", metavar="OLD", help="Show what has changed since the results in OLD (.jsonl).")
@click.option("--digits", type=click.IntRange(1, 17), metavar="N",
              help="Significant digits that answers need.  [default: what the key says, or 2]")  # fmt: skip
@click.option("--decimals", type=click.IntRange(0, 17), metavar="N", help="Decimals that answers need, instead.")
@click.option("--absolute", type=Finite(min=0), metavar="X", help="Also right is what is at most X off.")
@click.option("--relative", type=Finite(min=0), metavar="X", help="The same, as a share of the right number.")
@click.option("--carried", type=Finite(0, 1), metavar="SHARE", help="Credit for what follows from a mistake.")
@click.option("--coarse", type=Finite(0, 1), metavar="SHARE", help="Credit for too few digits.")
@click.option("--all-or-nothing", is_flag=True, default=None, help="A problem counts only as a whole.")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Of the variants.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes.  [default: one a core]")
@click.option("--seconds", type=Finite(min=0, min_open=True), default=10.0, show_default=True, metavar="S",
              help="That one file may take.")  # fmt: skip
@click.option("--worksheet", is_flag=True, help="Write the empty sheet; with --roster one for each student.")
@click.option("--lint", is_flag=True, help="Check the key: mistakes that would go unseen, and better points.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although something is wrong.")
@schema_option("check-1.json", "a line of --format jsonl")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Mark homework: which answers are right, what went wrong and where, and what the class did."""
    given = Given(**options)
    form = given.form or BY_SUFFIX.get(Path(given.output or "").suffix.lower(), "table")
    try:
        right = _done(ctx, given, form)
    except GradcliError as fault:
        refuse(fault, form, CHECKS_SCHEMA)
        ctx.exit(USAGE)
    if not right and not given.exit_zero:
        ctx.exit(NO)


def _done(ctx: click.Context, given: Given, form: Form) -> bool:
    """Do what is asked for; whether all is right."""
    keys = [path for path in given.paths if path.lower().endswith(".toml")]
    if given.key_file is not None:
        keys.insert(0, given.key_file)
    if len(keys) > 1:
        raise click.UsageError(f"there is more than one key: {', '.join(keys)}", ctx)
    paths = [Path(path) for path in given.paths if path not in keys]
    if (given.lint or given.worksheet) and not keys:
        raise click.UsageError("--lint and --worksheet need a key; try: gradcli check key.toml --lint", ctx)
    if not (paths or given.lint or given.worksheet):
        raise click.UsageError("there is nothing to check; try: gradcli check key.toml anna.txt", ctx)
    refuse_idle(ctx, given, form)
    session = _session(given, keys[0] if keys else None)
    if given.lint:
        return _linted(session, form, given.output)
    if given.worksheet:
        write_sheets(session, given.output)
        return True
    return _checked(given, form, session, paths)


def _session(given: Given, key_file: str | None) -> Session:
    from gradcli.graph.limits import read_text
    from gradcli.homework.course.session import Session
    from gradcli.homework.submissions.roster import read_roster

    text = None if key_file is None else read_text(Path(key_file))
    roster: Roster | None = None
    if given.roster is not None:
        roster = read_roster(read_text(Path(given.roster)), given.roster)
    return Session(text, key_file or "the key", _options(given), roster, given.jobs or _cores(), given.seconds,
                   __version__)  # fmt: skip


def _cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _options(given: Given) -> Options:
    from gradcli.homework.marking.grader import Options

    return Options(
        digits=given.digits, decimals=given.decimals, absolute=given.absolute, relative=given.relative,
        carried=given.carried, coarse=given.coarse, all_or_nothing=given.all_or_nothing, seed=given.seed,
    )  # fmt: skip


# --- marks ------------------------------------------------------------------------------------------------------------


def _checked(given: Given, form: Form, session: Session, paths: list[Path]) -> bool:
    from gradcli.homework.course.statistics import Statistics
    from gradcli.homework.course.watched import Watched
    from gradcli.homework.submissions.discovery import discover

    key = session.key()
    found = discover(paths)
    for line in found.notes:
        note(line)
    output = None if given.output is None else Path(given.output)
    if output is not None:
        from gradcli.report.saving import refuse_unwritable

        refuse_unwritable(output)
    title = None if key is None else key.title
    level: Level = given.reveal or ("hint" if key is None else key.reveal)
    roster = None if session.roster is None else [entry.id for entry in session.roster.entries]
    statistics = Statistics()
    several = max(len(found.submissions), len(roster or ()))  # who is missing has a record, too
    with ExitStack() as stack:
        journal = None if output is None else stack.enter_context(session.journal(output))
        progress = stack.enter_context(_progress(len(found.submissions)))
        watched = Watched(session.records(found.submissions, journal, progress), statistics)
        screen = Screen.of(sys.stdout) if output is None else Screen()
        task = Task(watched, level, screen, lambda: statistics.summary(title, roster), several,
                    _step_summary() if form == "github" else None)  # fmt: skip
        with _kept(journal):
            _put(_text(given, form, task, title), output)
        if journal is not None:
            journal.finish()
    for line in watched.remarks(roster=roster is not None):
        note(line)
    return watched.right


@contextmanager
def _kept(journal: Journal | None) -> Iterator[None]:
    """Say what is kept of a run that is interrupted, and that one goes on."""
    if journal is not None and len(journal):
        note(f"going on: {len(journal)} submissions were marked before, in {journal.path.name}")
    try:
        yield
    except KeyboardInterrupt:
        if journal is not None and len(journal):
            note(f"{len(journal)} submissions are marked, in {journal.path.name}: the same command goes on from there")
        raise


def _text(given: Given, form: Form, task: Task, title: str | None) -> Iterable[str]:
    """The output, in pieces."""
    if given.compare is not None:
        from gradcli.homework.course.compare import compare, read_results

        return [changes(form, compare(read_results(Path(given.compare)), task.records), task.screen)]
    if form in GRADE_BOOKS:
        from gradcli.graph.limits import read_text

        book = None if given.gradebook is None else read_text(Path(given.gradebook))
        table = filled(form, task.told(), book, assignment=given.assignment, title=title,
                       identity=given.identity)  # fmt: skip
        for line in remarks(table):
            note(line)
        return [table.text]
    return pieces(form, task)


def _put(text: Iterable[str], output: Path | None) -> None:
    """Write to standard output as it comes, or to a file that appears when it is complete."""
    if output is None:
        for piece in text:
            write(piece)
        return
    from gradcli.report.saving import save

    save(output, (piece.encode("utf-8", "backslashreplace") for piece in text))


def _step_summary() -> Callable[[str], object] | None:
    """Where GitHub collects the summaries of a step, if this runs in one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return None

    def append(text: str) -> None:
        try:
            with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError as error:
            note(f"the summary of the step cannot be written: {(error.strerror or 'error').lower()}")

    return append


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal and there is something to wait for."""
    if total < 50 or not sys.stderr.isatty():
        yield lambda *_: None
        return
    with click.progressbar(length=total, label="checking", file=sys.stderr) as bar:
        yield lambda done, _: bar.update(done - bar.pos)


# --- the key ----------------------------------------------------------------------------------------------------------


def _linted(session: Session, form: Form, output: str | None) -> bool:
    from gradcli.homework.linting.lint import lint_key

    found = lint_key(session)
    screen = Screen.of(sys.stdout) if output is None else Screen()
    _put([findings(form, found, screen)], None if output is None else Path(output))
    return not found["problems"]
