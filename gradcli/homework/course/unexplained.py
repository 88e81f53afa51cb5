"""Numbers that are wrong, that nothing explains, and that more than one student has: mistakes without a name."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import lru_cache
from typing import Any

from gradcli.homework.sheets.written import read_written
from gradcli.language import GradcliError

MOST_SHOWN = 20

MOST_NUMBERS = 50_000
"""Different numbers that are counted; when there are more, the rarer half is forgotten."""

_LONGEST = 200
"""Characters of a number or array that is worth showing."""

_MOST_SPELLINGS = 8
"""Spellings of one number that are counted."""

_Key = tuple[str, str, bytes]


class Unexplained:
    """Counts of submissions by problem, answer and number, however the number was written."""

    def __init__(self) -> None:
        self._counts: Counter[_Key] = Counter()
        self._spellings: dict[_Key, Counter[str]] = {}

    def add(self, record: dict[str, Any]) -> None:
        """Count the numbers of one submission that are wrong and not explained, each once."""
        found: dict[_Key, str] = {}
        for problem in record["problems"]:
            for answer in problem["answers"]:
                text = answer["written"]
                if answer["state"] == "wrong" and not answer["mistakes"] and text is not None and len(text) <= _LONGEST:
                    text = text.strip()
                    found.setdefault((problem["id"], answer["name"], _value(text)), text)
        for key, text in found.items():
            self._counts[key] += 1
            spellings = self._spellings.setdefault(key, Counter())
            if text in spellings or len(spellings) < _MOST_SPELLINGS:
                spellings[text] += 1
        if len(self._counts) > MOST_NUMBERS:
            self._forget()

    def _forget(self) -> None:
        # A number that many have is not among them for long, in whatever order the files come.
        order = sorted(self._counts.values())
        least = order[len(order) // 2]
        for key in [key for key, count in self._counts.items() if count <= least]:
            del self._counts[key], self._spellings[key]

    def summary(self) -> list[dict[str, Any]]:
        """The numbers of at least two submissions, most frequent first, each as most of them wrote it."""
        often = [(count, key) for key, count in self._counts.items() if count > 1]
        often.sort(key=lambda item: -item[0])  # of equally frequent ones the first that came
        return [
            {"problem": key[0], "answer": key[1], "written": self._spellings[key].most_common(1)[0][0], "count": count}
            for count, key in often[:MOST_SHOWN]
        ]


@lru_cache(maxsize=4096)
def _value(text: str) -> bytes:
    """A digest that is the same for all texts of one number, vector or matrix."""
    try:
        written = read_written(text)
    except GradcliError:
        return text.encode("utf-8", "surrogatepass")
    values = [None if entry is None else str(entry.value) for entry in written.entries]
    return hashlib.blake2b(repr((written.shape, values)).encode("ascii"), digest_size=16).digest()
