"""What all tests share: the program, run in this process or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings

from gradcli.cli.main import run

# Property tests draw the same examples in every run and on every machine, however busy it is.
settings.register_profile(
    "everywhere", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everywhere")


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    status: int
    out: str
    err: str


Program = Callable[..., Ran]


@pytest.fixture
def gradcli(monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program, run in this process: `gradcli("eval", "x*y", "x=2", "y=3")`."""

    def call(*arguments: str, stdin: str | bytes = b"", encoding: str = "utf-8") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        streams = {
            "stdin": io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"),
            "stdout": io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline=""),
            "stderr": io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline=""),
        }
        with monkeypatch.context() as patched:
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as left:
                run(arguments)
            texts = []
            for name in ("stdout", "stderr"):
                streams[name].flush()
                texts.append(streams[name].buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]
        return Ran(int(left.value.code or 0), *texts)

    return call


@pytest.fixture
def process() -> Program:
    """The program in a process of its own, through a shell: `process("gradcli eval x x=1 | head -1")`."""

    def call(command: str, stdin: bytes = b"", **environment: str) -> Ran:
        env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
        env["PATH"] = os.path.dirname(sys.executable) + os.pathsep + env["PATH"]  # noqa: PTH120
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], input=stdin, capture_output=True, env=env,
                              timeout=120, check=False)  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call
