"""Mistakes that an instructor describes: `grad x = up(q) + local(q, x)`.

On the left stands what the student got wrong, on the right how the wrong number comes about. The right side is an
ordinary formula in which `value`, `up`, `grad` and `local` are functions besides the known ones; once it has been read,
each of their calls is replaced by an input, so that it runs like any other formula.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradcli.graph.build import build
from gradcli.graph.tape import Graph
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.homework.keys.asks import read_ask
from gradcli.language import Formula, GradcliError, Node, canonical, parse
from gradcli.language.tree import Variable
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.rules.shape import Shape

if TYPE_CHECKING:
    from gradcli.homework.keys.spec import Mistake

Need = tuple[str, str, str | None]
"""A quantity as it was read: the word, of what, and by what."""

LONGEST = 1_000
"""Characters that the equation of a mistake may have."""

_OPERANDS = {"value": 1, "up": 1, "grad": 1, "local": 2}
_OURS = "quantity "
"""What operations of ours begin with; no rule has a blank in its name."""
_EXAMPLE = "grad x = up(q) + local(q, x)"


@dataclass(frozen=True, slots=True)
class OwnMistake:
    """A mistake of the instructor's own, read.

    Attributes:
        target: the quantity that is wrong.
        needs: the quantities that the wrong number is made of; plain names mean their values.
        say: the sentence for the student.
        when: the equation, as written.
    """

    target: Need
    needs: tuple[Need, ...]
    say: str
    when: str

    def value(self, numbers: Sequence[Any]) -> Any:
        """The number that a student gets who makes this mistake.

        Args:
            numbers: floats and arrays, in the order of `needs`.

        Returns:
            A float or an array; None where it has no finite value, shapes do not fit, or a number is missing (None).

        Raises:
            ValueError: there are more or fewer numbers than needed.
        """
        if len(numbers) != len(self.needs):
            raise ValueError(f"{len(self.needs)} numbers are needed")
        if any(number is None for number in numbers):
            return None
        try:
            values = [_number(number) for number in numbers]
            graph = _graph(self.when, tuple([() if isinstance(v, float) else v.shape for v in values]))
            result = run_forward(graph, values).output
        except (UndefinedValue, GradcliError):
            return None
        if isinstance(result, float):
            return result if math.isfinite(result) else None
        return result if (abs(result) < math.inf).all() else None


def read_mistake(mistake: Mistake) -> OwnMistake:
    """Read a mistake of a key.

    Raises:
        GradcliError: its equation cannot be read; the error's text is the equation.
    """
    when = mistake.when
    if len(when) > LONGEST:
        raise _fault(when, 0, len(when), f"a mistake has more than {LONGEST:,} characters", "split it")
    _, needs = _right(when)
    return OwnMistake(_left(when), needs, mistake.say, when)


def _left(when: str) -> Need:
    """The quantity before the `=`, read like an answer of a student."""
    left = when.partition("=")[0]
    if not left.strip():
        raise _fault(when, 0, 0, "before the = stands one quantity", f"write {_EXAMPLE}")
    try:
        return read_ask(left)
    except GradcliError as fault:
        raise _fault(when, 0, len(left.rstrip()), "before the = stands one quantity", fault.hint or f"write {_EXAMPLE}"
                     ) from None  # fmt: skip


# --- the right side ---------------------------------------------------------------------------------------------------


class _Words(RuleVocabulary):
    """All rules of the table, and the words for quantities."""

    def knows(self, name: str) -> bool:
        return name.casefold() in _OPERANDS or super().knows(name)

    def applies(self, name: str) -> bool:
        return name.casefold() not in _OPERANDS and super().applies(name)

    def resolve(self, name: str, count: int) -> str | None:
        word = name.casefold()
        return _OURS + word if word in _OPERANDS else super().resolve(name, count)

    def names(self) -> Iterable[str]:
        return [*_OPERANDS, *super().names()]


@lru_cache(maxsize=1024)
def _right(when: str) -> tuple[Formula, tuple[Need, ...]]:
    """The formula behind the `=`, whose inputs are quantities; and these quantities, in its order."""
    left, equals, right = when.partition("=")
    if not equals or not right.strip():
        raise _fault(when, len(when), len(when), "the right side is missing", f"write {_EXAMPLE}")
    blank = " " * (len(left) + 1)  # so that places in the formula are places in the equation
    try:
        formula = parse(blank + right, _Words(), arrays=None)
    except GradcliError as fault:
        fault.text = when
        raise
    if len(formula.statements) > 1 or formula.declarations or formula.output.kind != "output":
        raise _fault(when, len(blank), len(when), "behind the = stands one formula, and no other =",
                     f"write {_EXAMPLE}")  # fmt: skip
    return _rewritten(formula, when)


def _rewritten(formula: Formula, when: str) -> tuple[Formula, tuple[Need, ...]]:
    """The formula with each call of our words, and each plain name, as an input of its own."""
    needs: dict[tuple[str, str, str | None], tuple[Need, Variable]] = {}
    kept: list[Node] = []
    moved: dict[int, int] = {}
    for place in _reached(formula, when):
        node = formula.nodes[place]
        need = _need(formula, node, when)
        if need is None:
            node = node._replace(args=tuple([moved[a] for a in node.args]))
        else:
            key = (need[0], canonical(need[1]), need[2] and canonical(need[2]))
            label = " ".join(part for part in need if part)
            needs.setdefault(key, (need, Variable(label, f"{len(needs)} {label}", node.start, node.end)))
            node = Node("input", (), [*needs].index(key), node.start, node.end)
        moved[place] = len(kept)
        kept.append(node)
    output = replace(formula.output, first=0, root=len(kept) - 1)
    inputs = tuple([variable for _, variable in needs.values()])
    rewritten = replace(formula, text=when, nodes=tuple(kept), statements=(output,), inputs=inputs)
    return rewritten, tuple([need for need, _ in needs.values()])


def _reached(formula: Formula, when: str) -> list[int]:
    """The nodes that are left when what stands inside of our words is not looked at, operands first."""
    found: set[int] = set()
    waiting = [formula.output.root]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            if _need(formula, formula.nodes[place], when) is None:
                waiting += formula.nodes[place].args
    return sorted(found)


def _need(formula: Formula, node: Node, when: str) -> Need | None:
    """The quantity that a node stands for, or None if it is an ordinary operation."""
    if node.op == "input":
        return "value", formula.inputs[int(node.value or 0)].name, None
    if node.op != "call" or not str(node.value).startswith(_OURS):
        return None
    word = str(node.value).removeprefix(_OURS)
    operands = [formula.nodes[a] for a in node.args]
    example = "local(q, x)" if word == "local" else f"{word}(q)"
    if len(operands) != _OPERANDS[word] or any(operand.op == "keyword" for operand in operands):
        raise _fault(when, node.start, node.end, f"'{word}' takes {_OPERANDS[word]} name"
                     f"{'s' * (_OPERANDS[word] > 1)} or parts of the formula", f"write {example}")  # fmt: skip
    if _holds_word(formula, node):
        raise _fault(when, node.start, node.end, f"'{word}' takes names or parts of the formula, and no other word",
                     f"write {example}")  # fmt: skip
    of, *by = [when[operand.start : operand.end].strip() for operand in operands]
    return word, of, by[0] if by else None


def _holds_word(formula: Formula, outer: Node) -> bool:
    waiting = list(outer.args)
    while waiting:
        node = formula.nodes[waiting.pop()]
        if node.op == "call" and str(node.value).startswith(_OURS):
            return True
        waiting += node.args
    return False


# --- running ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _graph(when: str, sizes: tuple[Shape, ...]) -> Graph:
    """The graph of the right side for numbers of these shapes."""
    formula, _ = _right(when)
    return build(formula, shapes={v.key: size for v, size in zip(formula.inputs, sizes, strict=True) if size})


def _number(number: Any) -> Any:
    """A float, or an array of floats."""
    if isinstance(number, float):
        return number
    if getattr(number, "shape", ()) or isinstance(number, list | tuple):
        from gradcli.graph.array_values import frozen  # most quantities are numbers, and need no NumPy

        return frozen(number)
    return float(number)


def _fault(when: str, start: int, end: int, message: str, hint: str) -> GradcliError:
    return GradcliError("bad-key", message, text=when, start=start, end=end, hint=hint)
