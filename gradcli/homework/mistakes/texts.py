"""Mistakes that the written text shows: answers exchanged, digits exchanged, a decimal point lost, rounding too early.

Such a mistake explains nearly any number, if few digits count: all written digits must agree here, and at least two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.early_rounding import EarlyRounding
from gradcli.homework.mistakes.evidence import digits, window, written_decimals
from gradcli.homework.mistakes.rewired import same
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.problems.problem import Problem
from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.written import Number, Written

EXCHANGED, EARLY, DIGITS = "exchanged", "rounded-on-the-way", "written-down"

FEWEST_DIGITS = 2
"""Significant digits that a number must have to be recognised as another one."""

_POINTS = (1, -1, 2, -2, 3, -3)
"""Places by which a decimal point is lost, the likelier ones first."""

_LONGEST = 15
"""Significant digits up to which a double says what they are."""

_ALL_DIGITS = Exactness(digits=FEWEST_DIGITS)
"""Every digit that was written must agree, two at least."""


def explanations(
    problem: Problem, written: Mapping[Key, Written], key: Key, state: Replay | None = None,
    early: EarlyRounding | None = None,
) -> Iterator[Slip]:  # fmt: skip
    """The mistakes that the text of one wrong answer shows.

    Args:
        problem: which.
        written: all answers of the student's.
        key: the wrong one.
        state: the passes with the student's own numbers: a slip of the pen may happen to a number that was carried on.
        early: the same with rounding on the way, if there are more answers that want it.

    Yields:
        Slips whose `numbers` hold what was meant to be something else: every digit that was written agrees with it.
    """
    answer, asked = written.get(key), problem.by_key.get(key)
    if answer is None or asked is None or any(number is None for number in answer.entries):
        return
    yield from _exchanged(problem, written, key, answer)
    expected = [asked.truth]
    if state is not None and not same(number := state.number(asked.quantity), asked.truth):
        expected.append(number)
    for number in expected:
        if isinstance(number, float) and answer.shape == () and answer.entries[0] is not None:
            yield from _misspelt(problem, key, answer.entries[0], number)
    early = early or EarlyRounding(problem, state)
    found = next((n for n in early.numbers(asked.quantity) if agrees(answer, n)), None)
    if found is not None and not agrees(answer, asked.truth):
        says = "The method is right, but numbers were rounded too early: keep more digits on the way."
        yield _slip(problem, EARLY, key, says, found)


# --- another answer's number ------------------------------------------------------------------------------------------


def _exchanged(problem: Problem, written: Mapping[Key, Written], key: Key, answer: Written) -> Iterator[Slip]:
    """The number is the truth of another quantity, which was not answered rightly itself."""
    mine = problem.by_key[key]
    entry = answer.entries[0]
    low, high = (-math.inf, math.inf) if entry is None or len(answer.entries) > 1 else window(entry)
    for other, asked in problem.by_key.items():
        if isinstance(asked.truth, float) and not low <= asked.truth <= high:
            continue  # soon said of most
        there = written.get(other)
        if other == key or not agrees(answer, asked.truth, fewest=1):
            continue
        # Where two differ in their signs alone, as in (a − b)², both signs are wrong sooner than both exchanged.
        if same(asked.truth, mine.truth) or same(asked.truth, -mine.truth):
            continue
        if there is not None and agrees(there, mine.truth, fewest=1):
            says = f"The answers to {mine.name} and {asked.name} are exchanged."
            yield _slip(problem, EXCHANGED, key, says, asked.truth, {other: mine.truth})
            return
        if (there is None or not agrees(there, asked.truth, fewest=1)) and agrees(answer, asked.truth):
            yield _slip(problem, EXCHANGED, key, f"This is {asked.name}, not {mine.name}.", asked.truth)
    slot = key[1]
    if key[0] == "grad" and ("value", slot, None) not in problem.by_key:
        value = problem.forward.values[slot]
        if not same(value, mine.truth) and agrees(answer, value):
            name = problem.naming.called(slot)
            yield _slip(problem, EXCHANGED, key, f"This is the value of {name}, not its gradient.", value)
    if key[0] == "value" and problem.backward is not None:
        gradient = problem.backward.gradients[slot]
        if ("grad", slot, None) not in problem.by_key and gradient is not None and not same(gradient, mine.truth):
            name = problem.naming.called(slot)
            if agrees(answer, gradient):
                yield _slip(problem, EXCHANGED, key, f"This is the gradient of {name}, not its value.", gradient)


def agrees(written: Written, number: Any, *, fewest: int = FEWEST_DIGITS) -> bool:
    """Whether all digits of a written number or array are those of a number, and there are so many at least.

    Args:
        written: what was written.
        number: a float, or an array.
        fewest: significant digits that a single number, or one entry of an array, must have.
    """
    if written.shape != getattr(number, "shape", ()):
        return False
    numbers = [number] if isinstance(number, float) else number.ravel().tolist()
    entries = written.entries
    if len(entries) != len(numbers) or max((digits(n) for n in entries if n is not None), default=0) < fewest:
        return False
    return all(n is not None and _agrees(n, value) for n, value in zip(entries, numbers, strict=True))


def _agrees(number: Number, value: float) -> bool:
    """Whether a number is a value rounded to the digits that it was written with."""
    if number.decimals is None or not number.value:
        return _ALL_DIGITS.judge(number, value) == "right"
    if not value or value - value != 0:
        return False
    decimals = written_decimals(number)  # 0.50 claims two digits
    half = Fraction(1, 2 * 10**decimals) if decimals >= 0 else Fraction(10**-decimals, 2)
    return abs(number.value - Fraction(value)) <= half + abs(Fraction(value)) / 10**12


# --- the number itself, written down wrongly --------------------------------------------------------------------------


def _misspelt(problem: Problem, key: Key, number: Number, expected: float) -> Iterator[Slip]:
    count = digits(number)
    if number.decimals is None or not number.value or not expected or expected - expected != 0:
        return
    if not FEWEST_DIGITS <= count <= _LONGEST:
        return
    sign, figures, exponent = _rounded(expected, count)
    value = _value(sign, figures, exponent)
    if abs(value) == abs(number.value) or len(set(figures)) == 1:
        return
    for places in _POINTS:
        if number.value == value * Fraction(10) ** places:
            yield _slip(problem, DIGITS, key, "The digits are right, but the decimal point is not.",
                        expected * 10.0**places)  # fmt: skip
            return
    turned = -2 * (exponent + count - 1)
    if turned and number.value == value * Fraction(10) ** turned:
        says = "The digits are right, but the sign of the exponent is lost."
        yield _slip(problem, DIGITS, key, says, expected * 10.0**turned)
        return
    for place in range(count - 1):
        exchanged = [*figures]
        exchanged[place], exchanged[place + 1] = figures[place + 1], figures[place]
        if number.value == _value(sign, tuple(exchanged), exponent):
            yield _slip(problem, DIGITS, key, "Two digits next to each other are exchanged.", float(number.value))
            return


def _rounded(value: float, count: int) -> tuple[int, tuple[int, ...], int]:
    """Sign, digits and exponent of a number rounded to so many significant digits."""
    sign, digits, exponent = Decimal(f"{value:.{count - 1}e}").as_tuple()
    return -1 if sign else 1, digits, int(exponent)


def _value(sign: int, digits: tuple[int, ...], exponent: int) -> Fraction:
    return sign * int("".join(map(str, digits))) * Fraction(10) ** exponent


def _slip(
    problem: Problem, mistake: str, key: Key, says: str, number: Any, more: Mapping[Key, Any] | None = None
) -> Slip:
    numbers = {key: number, **(more or {})}
    return Slip(mistake, key[1], says, problem.naming.place(key[1]), numbers=numbers,
                nodes=tuple(slot for _, slot, _ in numbers))  # fmt: skip
