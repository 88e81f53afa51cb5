"""`gradcli descend`: what a user types, what is printed, which files are written, and every way in which it ends."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from gradcli.cli import descend as module
from gradcli.passes.descent import Descent, Reached
from tests.conftest import Program

LINE = ("sum((φ0 + φ1*x - y)^2)", "φ0=1", "φ1=0.5", "x=[0,1,2,3]", "y=[1,3,2,5]")
BOWL = ("(w - 3)^2", "w=0", "--wrt", "w")

# --- the main job ----------------------------------------------------------------------------------------------------


def test_the_lectures_line(gradcli: Program) -> None:
    ran = gradcli("descend", *LINE, "--data", "x,y", "--rate", "0.02")
    lines = ran.out.splitlines()
    assert (ran.status, ran.err) == (0, "")
    assert lines[2:7] == [
        "100 steps of gradient descent: φ ← φ − 0.02 · ∂f/∂φ",
        "φ    before   after",
        "φ0   1        1.101",
        "φ1   0.5      1.099",
        "f    8.5      2.7",
    ]
    assert any(0x2800 < ord(character) < 0x2900 for character in ran.out)


def test_one_step_is_the_lectures(gradcli: Program) -> None:
    ran = gradcli("descend", *LINE, "--data", "x,y", "--steps", "1", "--json")
    answer = json.loads(ran.out)
    assert answer["parameters"]["after"] == pytest.approx({"φ0": 1.8, "φ1": 2.3})
    assert answer["loss"] == {"name": "f", "before": 8.5, "after": pytest.approx(34.9)}
    assert (answer["steps"], answer["ended"], answer["schema"]) == (1, "steps", "gradcli.descend/1")
    assert ran.err == "note: f is larger than before: a smaller --rate may help\n"


def test_every_example_of_the_help_works(gradcli: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"^ +gradcli (descend .+)$", gradcli("descend", "--help").out, re.MULTILINE)
    assert len(examples) == 6
    for example in examples:
        ran = gradcli(*shlex.split(example))
        assert (ran.status, ran.err) == (0, ""), example
        assert ran.out
    assert json.loads((tmp_path / "best.json").read_text())["w"] == pytest.approx(3)


def test_it_is_listed(gradcli: Program) -> None:
    assert "descend" in gradcli("--help").out


def test_a_formula_with_a_minus_sign_a_file_and_standard_input(gradcli: Program, tmp_path: Path) -> None:
    assert gradcli("descend", "-w", "w=1", "--wrt", "w", "--steps", "1").status == 0
    (tmp_path / "f.txt").write_text("w^2", encoding="utf-8")
    (tmp_path / "p.json").write_text('{"w": 1, "b": [1, 2]}', encoding="utf-8")
    for given in (("-f", str(tmp_path / "f.txt")), ("-f", "-"), ("-",)):
        ran = gradcli("descend", *given, "--at", str(tmp_path / "p.json"), "--wrt", "w", "--json", stdin="w^2")
        assert json.loads(ran.out)["parameters"]["before"] == {"w": 1}


def test_declared_parameters(gradcli: Program) -> None:
    options = ("X=[[1,0],[1,1],[1,2]]", "y=[1,3,5]", "--rate", "0.2", "--steps", "500", "--json")
    inside = json.loads(gradcli("descend", "w ~ 2; mean((X @ w - y)^2)", *options).out)
    beside = json.loads(gradcli("descend", "mean((X @ w - y)^2)", "w ~ 2", *options).out)
    assert inside["parameters"] == beside["parameters"]
    assert inside["parameters"]["after"]["w"] == pytest.approx([1, 2], abs=1e-4)
    other = json.loads(gradcli("descend", "mean((X @ w - y)^2)", "w ~ 2", *options, "--seed", "1").out)
    assert other["parameters"]["before"] != inside["parameters"]["before"]


def test_momentum_and_until(gradcli: Program) -> None:
    answer = json.loads(gradcli("descend", *BOWL, "--momentum", "0.5", "--until", "1e-6", "--json").out)
    assert (answer["momentum"], answer["ended"]) == (0.5, "settled")
    assert "changes by less than" in answer["message"]
    assert "changes by less than 0.5 of itself." in gradcli("descend", *BOWL, "--until", "0.5").out


# --- batches ---------------------------------------------------------------------------------------------------------


def test_batches_are_the_same_in_every_run(gradcli: Program) -> None:
    options = (*LINE, "--data", "x,y", "--batch", "2", "--rate", "0.01", "--json")
    first = gradcli("descend", *options)
    assert gradcli("descend", *options).out == first.out
    assert gradcli("descend", *options, "--seed", "1").out != first.out
    answer = json.loads(first.out)
    assert (answer["batch"], answer["data"], answer["seed"]) == (2, ["x", "y"], 0)
    assert answer["loss"]["before"] == 8.5  # over all rows
    assert answer["curve"][0]["loss"] < 8.5  # over two of them


# --- formats ---------------------------------------------------------------------------------------------------------


def test_losses_as_csv(gradcli: Program) -> None:
    ran = gradcli("descend", *BOWL, "--steps", "7", "--every", "3", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["step"] for row in rows] == ["0", "3", "6", "7"]
    assert [float(row["loss"]) for row in rows] == pytest.approx([9 * 0.64**k for k in (0, 3, 6, 7)])
    assert float(rows[0]["gradient_norm"]) == 6
    settled = gradcli("descend", *BOWL, "--until", "0.5", "--format", "csv")
    assert settled.err == "note: after 1 step the loss changes by less than 0.5 of itself\n"


def test_lines_of_json(gradcli: Program) -> None:
    *losses, last = map(json.loads, gradcli("descend", *BOWL, "--steps", "2", "--format", "jsonl").out.splitlines())
    assert losses[0] == {"step": 0, "loss": 9, "gradient_norm": 6}
    assert [loss["step"] for loss in losses] == [0, 1, 2]
    assert last["parameters"]["after"] == {"w": pytest.approx(1.08)}
    assert "curve" not in last


def test_records_and_markdown(gradcli: Program) -> None:
    lines = gradcli("descend", *BOWL, "--steps", "1", "--format", "plain").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["loss", "loss", "parameter", "ended"]
    assert "| w | 0 | 0.6 |" in gradcli("descend", *BOWL, "--steps", "1", "--format", "markdown").out.splitlines()


def test_ascii_where_there_is_nothing_else(gradcli: Program) -> None:
    ran = gradcli("descend", *LINE, "--data", "x,y", "--rate", "0.02", encoding="ascii")
    assert ran.out.isascii()
    assert "***" in ran.out


def test_digits(gradcli: Program) -> None:
    assert "0.6\n" in gradcli("descend", *BOWL, "--steps", "1", "--digits", "3").out
    assert gradcli("descend", *BOWL, "--digits", "99").status == 2


# --- files -----------------------------------------------------------------------------------------------------------


def test_parameters_are_written_so_that_they_can_be_read(gradcli: Program, tmp_path: Path) -> None:
    formula = ("mean((X @ w + b - y)^2)", "X=[[1,0],[1,1]]", "y=[1,2]", "--wrt", "w,b", "--rate", "0.05")
    for name in ("best.json", "best.npz"):
        out = str(tmp_path / name)
        first = json.loads(gradcli("descend", *formula, "w=[0.5,0.25]", "b=0", "--out", out, "--json").out)
        again = gradcli("descend", *formula, "--at", out, "--json")
        assert json.loads(again.out)["parameters"]["before"] == first["parameters"]["after"]
    with numpy.load(tmp_path / "best.npz") as saved:
        assert saved["w"].tolist() == first["parameters"]["after"]["w"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.json", "best.npz"]


def test_the_curve_has_all_steps_whatever_is_told(gradcli: Program, tmp_path: Path) -> None:
    curve = tmp_path / "curve.CSV"
    gradcli("descend", *BOWL, "--steps", "10", "--every", "5", "--curve", str(curve))
    rows = list(csv.reader(io.StringIO(curve.read_text())))
    assert rows[0] == ["step", "loss", "gradient_norm"]
    assert [row[0] for row in rows[1:]] == [str(k) for k in range(11)]


@pytest.mark.parametrize(("name", "magic"), [("c.png", b"\x89PNG"), ("c.svg", b"<?xml")])
def test_the_curve_as_a_picture(gradcli: Program, tmp_path: Path, name: str, magic: bytes) -> None:
    pytest.importorskip("matplotlib")
    assert gradcli("descend", *BOWL, "--curve", str(tmp_path / name)).status == 0
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_without_matplotlib(gradcli: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    ran = gradcli("descend", *BOWL, "--curve", str(tmp_path / "c.png"))
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'gradcli[plot]'" in ran.err
    assert gradcli("descend", *BOWL, "--curve", str(tmp_path / "c.csv")).status == 0


def test_files_that_cannot_be_written(gradcli: Program, tmp_path: Path) -> None:
    for path, says in ((tmp_path / "no" / "f.json", "there is no folder"), (tmp_path, "must end with .json or .npz")):
        ran = gradcli("descend", *BOWL, "--out", str(path))
        assert (ran.status, ran.out) == (2, "")
        assert says in ran.err
    (tmp_path / "folder.json").mkdir()
    assert "is a folder" in gradcli("descend", *BOWL, "--out", str(tmp_path / "folder.json")).err


def test_a_file_is_replaced_whole_or_not_at_all(
    gradcli: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "best.json"
    out.write_text("before")
    link = tmp_path / "link.json"
    link.symlink_to(out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        ran = gradcli("descend", *BOWL, "--out", str(link))
    assert ran.status == 2
    assert "cannot be written: no space left on device" in ran.err
    assert out.read_text() == "before"
    assert gradcli("descend", *BOWL, "--out", str(link)).status == 0
    assert link.is_symlink()
    assert "w" in json.loads(out.read_text())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.json", "link.json"]


# --- endings ---------------------------------------------------------------------------------------------------------


def test_a_rate_that_is_too_large(gradcli: Program) -> None:
    ran = gradcli("descend", "w^4", "w=2", "--wrt", "w", "--rate", "1")
    assert ran.status == 0
    assert "After 4 steps loss or gradient is no longer finite; a smaller rate may help." in ran.out
    answer = json.loads(gradcli("descend", "w^4", "w=2", "--wrt", "w", "--rate", "1", "--json").out)
    assert answer["ended"] == "diverged"
    assert isinstance(answer["parameters"]["after"]["w"], float | int)


def test_out_of_the_domain_on_the_way_and_at_the_start(gradcli: Program) -> None:
    ran = gradcli("descend", "ln(w)", "w=0.5", "--wrt", "w", "--rate", "1")
    assert ran.status == 0
    assert "the next point has no loss (ln of a negative number)" in " ".join(ran.out.split())
    ran = gradcli("descend", "ln(w)", "w=-1", "--wrt", "w")
    assert (ran.status, ran.out) == (2, "")
    assert "ln of a negative number" in ran.err


def test_an_interrupt_prints_what_was_reached(
    gradcli: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Descent.__iter__

    def stopped(descent: Descent) -> Iterator[Reached]:
        for reached in whole(descent):
            yield reached
            if reached.step == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(Descent, "__iter__", stopped)
    ran = gradcli("descend", *BOWL, "--json", "--out", str(tmp_path / "best.json"))
    answer = json.loads(ran.out)
    assert ran.status == 130
    assert (answer["ended"], answer["steps"]) == ("interrupted", 3)
    assert json.loads((tmp_path / "best.json").read_text()) == answer["parameters"]["after"]
    ran = gradcli("descend", *BOWL)
    assert ran.status == 130
    assert "Interrupted after 3 steps." in ran.out


def test_a_real_interrupt(process: Program) -> None:
    ran = process("timeout --preserve-status --signal=INT 3 gradcli descend 'w^2' w=1 --wrt w --steps 1000000000")
    assert ran.status == 130
    assert "Interrupted after" in ran.out
    assert "Traceback" not in ran.err


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "a formula is missing"),
        (LINE, "it is not said which names are parameters and may change: φ0, φ1, x, y"),
        ((*LINE, "--wrt", "φ2"), "'φ2' in --wrt has no value"),
        ((*LINE, "--wrt", "φ0", "--data", "φ0"), "is in --wrt and in --data"),
        ((*BOWL, "--rate", "0"), "--rate"),
        ((*BOWL, "--rate", "nan"), "--rate"),
        ((*BOWL, "--rate", "inf"), "--rate"),
        ((*BOWL, "--momentum", "1"), "--momentum"),
        ((*BOWL, "--momentum", "nan"), "--momentum"),
        ((*BOWL, "--steps", "-1"), "--steps"),
        ((*BOWL, "--batch", "2"), "no data are named"),
        ((*LINE, "--data", "x,y", "--batch", "9"), "more than the 4 there are"),
        ((*LINE, "--data", "x,y", "--batch", "2", "--until", "1e-3"), "does not go with --batch"),
        (("w*2", "w=[1,2]", "--wrt", "w"), "only a number can become smaller"),
        (("w*", "w=1", "--wrt", "w"), "w*"),
        (("w*v", "w=1", "--wrt", "w"), "v"),
        ((*BOWL, "--curve", "loss.pdf"), "must end with .csv, .png or .svg"),
    ],
)
def test_what_is_refused(gradcli: Program, arguments: tuple[str, ...], says: str) -> None:
    ran = gradcli("descend", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_an_error_in_json(gradcli: Program) -> None:
    for form in ("json", "jsonl"):
        ran = gradcli("descend", *LINE, "--format", form)
        assert (ran.status, ran.err) == (2, "")
        assert json.loads(ran.out)["error"]["kind"] == "no-parameters"


# --- progress --------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with module._progress(10, "table") as advance:
            for step in range(11):
                advance(step)
        assert bool(stream.getvalue()) == shown


def test_lines_on_a_terminal_are_not_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    with module._progress(10, "csv") as advance:
        advance(1)
    assert terminal.getvalue() == ""
