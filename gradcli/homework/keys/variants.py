"""Variants: each student gets numbers of their own, and always the same ones."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

from gradcli.homework.keys.spec import ProblemSpec
from gradcli.language import canonical


def variant(spec: ProblemSpec, student: str | None, seed: int) -> dict[str, Any]:
    """The point of a student: `at`, with a value chosen for each name that varies.

    The choice depends on the seed, the problem's id, the name and the student, by a hash, and so on no machine, version
    or order. Upper and lower case make no other student, and spellings of a name no other name.

    Args:
        spec: the problem.
        student: the id, or None for nobody in particular: the values in `at`, else the first of each list.
        seed: of the key.

    Returns:
        Values as the key gives them by name, those of `at` first and in its order.
    """
    point = dict(spec.at)
    spelled = {canonical(name): name for name in spec.at}
    for name, values in spec.vary.items():
        name = spelled.get(canonical(name), name)
        if student is not None:
            point[name] = values[_place(seed, spec.id, canonical(name), student, len(values))]
        else:
            point.setdefault(name, values[0])
    return point


def _place(seed: int, problem: str, name: str, student: str, count: int) -> int:
    who = unicodedata.normalize("NFC", student.strip()).casefold()
    # As JSON the four parts cannot run into each other.
    told = json.dumps([seed, problem, name, who]).encode("ascii")
    return int.from_bytes(hashlib.sha256(told).digest(), "big") % count
