"""The schemas of marks: they take the samples, and refuse what is missing, unknown or of another kind."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from gradcli.report import jsontext
from gradcli.report.marks.words import STATES

from .samples import ANNA, CLASS, EMPTY_CLASS, MISSING, SAMPLES, UNREADABLE, Record

CHECK, CLASSES = (jsonschema.Draft202012Validator(json.loads(jsontext.schema_text(name)))
                  for name in ("check-1.json", "class-1.json"))  # fmt: skip
FREE = {"at", "states", "problems"}
"""Keys of objects whose names are free, or limited otherwise."""


def objects(record: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all objects with fixed names inside a record."""
    if isinstance(record, dict):
        if not (path and path[-1] in FREE):
            yield path
        record = list(record.items())
    elif isinstance(record, list):
        record = list(enumerate(record))
    else:
        return
    for key, value in record:
        yield from objects(value, (*path, key))


def at(record: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        record = record[key]
    return record


@pytest.mark.parametrize("validator", [CHECK, CLASSES])
def test_the_schemas_are_schemas(validator: jsonschema.Draft202012Validator) -> None:
    jsonschema.Draft202012Validator.check_schema(validator.schema)


def test_samples_fit() -> None:
    for record in SAMPLES:
        CHECK.validate(record)
    CLASSES.validate(CLASS)
    CLASSES.validate(EMPTY_CLASS)


def test_the_samples_have_each_state() -> None:
    answers = [answer for record in SAMPLES for problem in record["problems"] for answer in problem["answers"]]
    assert {answer["state"] for answer in answers} == set(STATES)
    assert {answer["kind"] for answer in answers} == {"value", "local", "up", "grad", "jac"}
    assert {record["state"] for record in SAMPLES} == {"graded", "unreadable", "ungradable", "missing"}


@pytest.mark.parametrize(("validator", "record"), [(CHECK, ANNA), (CHECK, UNREADABLE), (CLASSES, CLASS)])
def test_no_key_may_be_missing_and_none_may_be_added(validator: Any, record: Record) -> None:
    paths = list(objects(record))
    for path in paths:
        for key in at(record, path):
            less = copy.deepcopy(record)
            del at(less, path)[key]
            assert not validator.is_valid(less), (path, key)
        more = copy.deepcopy(record)
        at(more, path)["other"] = None
        assert not validator.is_valid(more), path


@pytest.mark.parametrize(
    ("path", "wrong"),
    [(("state",), "good"), (("score",), -1), (("score",), "4"), (("file",), ""), (("late",), None), (("message",), "x"),
     (("schema",), "gradcli.check/2"), (("problems", 0, "answers", 0, "state"), "right"),
     (("problems", 0, "answers", 0, "line"), 0), (("problems", 0, "answers", 0, "written"), 3),
     (("problems", 0, "answers", 0, "mistakes"), None), (("problems", 0, "answers", 0, "entries"), "correct"),
     (("problems", 1, "answers", 1, "entries", 0, 0), "right"), (("problems", 0, "at", "x"), None),
     (("notes", 0, "message"), None)],
)  # fmt: skip
def test_wrong_values_are_refused(path: tuple[Any, ...], wrong: Any) -> None:
    record = copy.deepcopy(ANNA)
    at(record, path[:-1])[path[-1]] = wrong
    assert not CHECK.is_valid(record)


def test_what_was_not_graded_has_no_problems() -> None:
    assert CHECK.is_valid({**MISSING, "message": "Nothing was handed in."})
    assert not CHECK.is_valid({**MISSING, "problems": ANNA["problems"]})


@pytest.mark.parametrize(
    ("path", "wrong"),
    [(("problems", 0, "answers", 0, "right"), 1.5), (("problems", 0, "answers", 0, "states"), {"right": 1}),
     (("problems", 0, "answers", 0, "states"), {"correct": 0}), (("unexplained", 0, "count"), 1),
     (("score", "mean"), None), (("mistakes", 0, "students"), 0), (("not_graded", 0, "state"), "graded")],
)  # fmt: skip
def test_wrong_classes_are_refused(path: tuple[Any, ...], wrong: Any) -> None:
    record = copy.deepcopy(CLASS)
    at(record, path[:-1])[path[-1]] = wrong
    assert not CLASSES.is_valid(record)
