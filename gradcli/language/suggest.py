"""Did you mean …? The nearest known names to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 3


def distance(one: str, other: str) -> int:
    """Damerau-Levenshtein distance: insertions, deletions, replacements and exchanges of neighbours.

    The restricted form (optimal string alignment), which no letter passes twice; see Boytsov, "Indexing methods for
    approximate dictionary searching", 2011.
    """
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, its in enumerate(other, 1):
            best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                best = min(best, before_last[column - 2] + 1)
            current.append(best)
        before_last, last = last, current
    return last[-1]


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """At most three known names, the nearest first: those that a slip or two away, never a wild guess.

    Names that stand earlier in `known` win among equals, so a caller lists the likelier kind first.
    """
    wanted = name.casefold()
    if len(wanted) > 60:
        return []
    allowed = 1 if len(wanted) <= 3 else 2 if len(wanted) <= 7 else 3
    ranked = []
    for place, candidate in enumerate(dict.fromkeys(known)):
        folded = candidate.casefold()
        if abs(len(folded) - len(wanted)) > allowed:
            continue
        steps = distance(wanted, folded)
        if steps <= allowed and steps < max(len(wanted), len(folded)):
            ranked.append((steps, place, candidate))
    ranked.sort()
    return [candidate for _, _, candidate in ranked[:MOST]]


def did_you_mean(names: Iterable[str]) -> str | None:
    """A help line that offers the names, or None if there are none."""
    quoted = [f"'{name}'" for name in names]
    if not quoted:
        return None
    return "did you mean " + " or ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted) + "?"
