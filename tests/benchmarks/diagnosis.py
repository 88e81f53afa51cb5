"""How often planted mistakes are named, and random numbers explained: `python -m tests.benchmarks.diagnosis`.

The rate is that of numbers from which something may be concluded: two digits, and neither 0 nor ±1.
"""

from __future__ import annotations

from tests.homework.mistakes.measuring import planted_are_named, random_are_explained
from tests.homework.mistakes.planted import LECTURES


def main() -> None:
    """Print the figures."""
    for digits in (3, 4):
        print(f"{digits} digits{'signatures':>28}{'telling':>10}{'named':>10}{'of all':>10}")
        for mistake, tally in sorted(planted_are_named(LECTURES, digits).items()):
            print(f"  {mistake:<26}{tally.signatures:>8}{tally.telling:>10}{tally.rate:>10.1%}{tally.overall:>10.1%}")
    wrong, explained = random_are_explained(LECTURES, tries=1000)
    print(f"random numbers: {explained} of {wrong} explained, {explained / wrong:.2%}")


if __name__ == "__main__":
    main()
