"""What stands at a place of the syntax tree: the operation with its operands and settings, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcli.graph.builder import Builder
from gradcli.graph.settings import slot_of_setting, whole
from gradcli.language import Formula, GradcliError, Node
from gradcli.rules.shape import Mismatch, described

_LONGEST_QUOTE = 40
_MOST_NAMED = 3
_TRANSPOSES = ("^T", ".T", "'", "’", "ᵀ", "⊤")


def held(slots: Mapping[int, int], node: Node) -> int:
    """The slot of what a keyword is given; a slice has none, and is read by its index."""
    return slots[node.args[0]] if node.op == "keyword" else -1


def parts(
    builder: Builder, formula: Formula, slots: Mapping[int, int], node: Node
) -> tuple[str, tuple[int, ...], dict[str, Any]]:
    """The operation that a place of the syntax tree stands for, the slots of its operands, and its settings."""
    if node.op == "index":
        key = tuple(_selector(builder, formula, slots, place) for place in node.args[1:])
        return "index", (slots[node.args[0]],), {"key": key}
    if node.op == "transpose" and formula.nodes[node.args[0]].op == "number":
        raise Mismatch(
            "a number has no transpose", "write ones(n)ᵀ for a row of ones, and sum(x) for the sum of entries"
        )
    if node.op == "norm" and node.value == "2" and len(builder.shapes[slots[node.args[0]]]) == 2:
        raise Mismatch("its norm with the index 2 can be read in two ways", "write ‖{0}‖_F for the root of the sum of "
                       "squares, spectral({0}) for the largest singular value")  # fmt: skip
    if node.op != "call":
        return node.op, tuple([slots[a] for a in node.args]), {}
    nodes = formula.nodes
    operands = tuple([slots[a] for a in node.args if nodes[a].op != "keyword"])
    settings = {str(nodes[a].value): slot_of_setting(slots[a]) for a in node.args if nodes[a].op == "keyword"}
    return str(node.value), operands, settings


def _selector(builder: Builder, formula: Formula, slots: Mapping[int, int], place: int) -> Any:
    from gradcli.rules.shaping import Slice  # numbers alone have no indices

    node = formula.nodes[place]
    if node.op != "slice":
        return _index(builder, slots[place])
    given = dict(zip(str(node.value or ""), node.args, strict=True))
    start, stop, step = (_index(builder, slots[given[part]]) if part in given else None for part in "abc")
    if step == 0:
        raise Mismatch("the step of a range cannot be 0")
    return Slice(start, stop, step)


def _index(builder: Builder, slot: int) -> int:
    value = builder.known(slot)
    if value is None:
        raise Mismatch("an index must be known before anything is computed", "write a whole number, or a name that has "
                       "one as its value")  # fmt: skip
    return whole(float(value), "an index")


# --- what is said -----------------------------------------------------------------------------------------------------


def misfit(
    formula: Formula, node: Node, slots: Mapping[int, int], builder: Builder, mismatch: Mismatch
) -> GradcliError:
    """The error for operands whose shapes do not fit: it names them, their shapes, and what to write."""
    places = [a for a in node.args if formula.nodes[a].op not in ("keyword", "slice")]
    if node.op in ("index", "pow"):
        places = places[:1]
    from gradcli.rules.array_table import ARRAY_RULES  # only an error needs it

    if node.op == "call" and (rule := ARRAY_RULES.get(str(node.value))) is not None and not rule.variadic:
        places = places[: rule.arity]  # what follows are settings
    texts = [_source(formula, place) for place in places]
    stated = [f"{text} {described(builder.shapes[slots[place]])}" for text, place in zip(texts, places, strict=True)]
    more = [f"{len(stated) - _MOST_NAMED:,} more"] if len(stated) > _MOST_NAMED else []
    facts = ", ".join(dict.fromkeys([*stated[:_MOST_NAMED], *more]))
    reason = mismatch.reason.format(*texts)
    start, end, also = node.start, node.end, None
    if len(places) > 1:
        one, other = (formula.nodes[place] for place in places[:2])
        start, end, also = one.start, one.end, (other.start, other.end)
    hint = None if mismatch.repair is None else _once_transposed(mismatch.repair.format(*texts), texts)
    return GradcliError("shape", f"{facts}: {reason}" if facts else reason, text=formula.text, start=start, end=end,
                        also=also, hint=hint)  # fmt: skip


def _once_transposed(repair: str, texts: Sequence[str]) -> str:
    """A repair in which what was typed with a transpose has none, instead of two."""
    for text in texts:
        sign = next((sign for sign in _TRANSPOSES if text.endswith(sign)), None)
        if sign is not None:
            repair = repair.replace(f"{text}'", text.removesuffix(sign))
    return repair


def spoken(formula: Formula, node: Node, operands: tuple[int, ...], builder: Builder) -> str | None:
    """A note on what is done entry by entry where a course may mean something else; None if there is none."""
    shapes = [builder.shapes[slot] for slot in operands]
    texts = [_source(formula, place) for place in node.args]
    if node.op == "mul" and list(map(len, shapes)) == [2, 1]:
        left, right = texts
        return (f"{left} * {right} multiplies entry by entry, with {right} repeated for each row of {left}; "
                f"the matrix product is {left} @ {right}")  # fmt: skip
    if node.op == "pow" and len(shapes[0]) == 2 and shapes[0][0] == shapes[0][1] and not shapes[1]:
        power = builder.constants.get(operands[1])
        if power is not None and power == int(power) > 1:
            product = f"{texts[0]} @ {texts[0]}" if power == 2 else f"matpow({texts[0]}, {power:g})"
            return f"the power {power:g} of {texts[0]} is taken entry by entry; the matrix product is {product}"
    if node.op == "call" and node.value in ("max", "min") and len(operands) == 2 and len(shapes[0]) > 1:
        axis = builder.constants.get(operands[1]) if not shapes[1] else None
        if axis in range(len(shapes[0])):
            name = f"{node.value}({texts[0]}"
            return f"{name}, {axis:g}) compares each entry with {axis:g}; along an axis it is {name}, axis={axis:g})"
    return None


def _source(formula: Formula, place: int) -> str:
    node = formula.nodes[place]
    text = " ".join(formula.text[node.start : node.end].split())
    text = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    compound = node.op in ("add", "sub", "mul", "div", "neg", "dot", "matmul") and not text.startswith("(")
    return f"({text})" if compound else text
