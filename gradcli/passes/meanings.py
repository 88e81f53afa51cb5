"""What the sides of a derivative mean: the nodes that a person names there, or why they are none."""

from __future__ import annotations

from collections.abc import Iterable

from gradcli.language import GradcliError, canonical
from gradcli.language.derivatives import Side, Written
from gradcli.language.names import displayed
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.nodes import Nodes

_MOST_NAMES = 12
"""Names that a hint lists."""

_LONGEST_QUOTE = 60


def node_meant(nodes: Nodes, side: Side, written: Written, text: str) -> tuple[int, str]:
    """The node on one side of a derivative, and what it is called.

    Args:
        nodes: the nodes there are.
        side: the side.
        written: the derivative.
        text: all that was written, into which errors point.

    Raises:
        GradcliError: it is no node, a constant, or could be two things ("unknown-quantity").
    """
    typed = _without_brackets(side.text)
    slot = nodes.name(typed)
    if slot is not None and side.glued and nodes.name(f"d{side.text}") is not None:
        raise refused(text, side, f"'d{side.text}' can be read in two ways here: d{side.text} is a name itself",
                       f"write d({typed}) for the derivative with {typed}, d(d{typed}) for that with d{typed}",
                       )  # fmt: skip
    if slot is None and typed == side.text and not _is_applied(typed):
        raise _unknown(nodes, side, written, text)
    if slot is None:
        slot = nodes.part(side.text)
    if slot is None:
        raise refused(text, side, f"'{_cut(typed)}' is no node of this formula",
                       f"write one of its names ({_few(nodes.known())}), or a part of it as it stands there",
                       )  # fmt: skip
    if slot in nodes.result.graph.constants:
        raise refused(text, side, f"'{_cut(typed)}' is a constant, which has no derivative",
                       f"write one of {_few(nodes.known())}")  # fmt: skip
    if nodes.name(typed) is None:
        return slot, displayed(" ".join(side.text.split()))
    name = nodes.names.get(slot, "")
    return slot, name if canonical(name) == canonical(typed) else displayed(typed)  # of a node with two names either


def _unknown(nodes: Nodes, side: Side, written: Written, text: str) -> GradcliError:
    """The error for a name that there is not, or for what is none and has no brackets."""
    shown, sign = _cut(side.text), "∂" if side.partial else "d"
    if any(canonical(name) == canonical(side.text) for name in nodes.result.at):
        of = _cut(_without_brackets(written.of.text))
        what = f"'{shown}' is no node" if side is written.of else f"'{of}' does not depend on '{shown}'"
        return refused(text, side, what, f"{shown} has a value, but the formula does not use it")
    if side.glued and nodes.name(f"d{side.text}") is not None:
        whole = f"d{side.text}"
        return refused(text, side, f"'{shown}' is no name here: the first d of '{_cut(whole)}' is the sign of the "
                        "derivative", f"write d{whole} for the derivative with {whole}")  # fmt: skip
    if nodes.part(side.text) is not None:
        other = f"({sign}…/{sign}…) · …" if side is written.by else f"{sign}… · …"
        return refused(text, side, f"'{shown}' can be read in two ways: all of it belongs to the derivative, or only "
                        f"its first name ({other})", f"write {sign}({shown}) for all of it")  # fmt: skip
    hint = did_you_mean(nearest(side.text, nodes.known())) or f"named here are {_few(nodes.known())}"
    return refused(text, side, f"'{shown}' is no name of this formula", hint)


def _without_brackets(text: str) -> str:
    """The inside of one pair of round brackets around all of a text; other texts as they are."""
    if not text.startswith(("(", "（")) or not text.endswith((")", "）")):
        return text
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([{（") - (character in ")]}）")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1].strip()


def _is_applied(text: str) -> bool:
    """Whether a text has brackets behind a name: those of a function, or of an index."""
    return text.endswith((")", "]", "）"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_MOST_NAMES]) + (" ..." if len(listed) > _MOST_NAMES else "")


def refused(text: str, side: Side, message: str, hint: str) -> GradcliError:
    """The error that points at one side of a derivative."""
    return GradcliError("unknown-quantity", message, text=text, start=side.start, end=side.end, hint=hint)
