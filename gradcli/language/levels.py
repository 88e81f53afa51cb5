"""What is known of a formula at one place of it: the brackets that are open, and what stands in them so far."""

from __future__ import annotations

from typing import Literal

Bare = Literal["power", "begun", "number", "bracket", "full"]

Within = Literal["statement", "bracket", "call", "array", "tuple", "vector", "index", "bar"]


class Level:
    """What is known about the tokens so far within one pair of brackets or bars.

    Attributes:
        within: what the level is inside of.
        opened: the index of the bracket or bar that opened it.
        operand: whether an operand has just ended, so that another one would be multiplied with it.
        commas: for a vector, whether commas stand between its entries; None as long as nobody has looked.
        bare: where the argument of a function without brackets stands; None outside of one. "power": a power of the
            function comes first. "begun": nothing of the argument has been seen. "number", "bracket": it is so far
            a mere number (sin 2x goes on), or one pair of brackets (sin²(x) y does not). "full": it is complete.
        function: the index of that function's name.
        argument: the index of the first token of its argument.
    """

    __slots__ = ("argument", "bare", "commas", "function", "opened", "operand", "within")

    def __init__(self, within: Within = "statement", opened: int = -1) -> None:
        self.within = within
        self.opened = opened
        self.operand = False
        self.commas: bool | None = None
        self.bare: Bare | None = None
        self.function = 0
        self.argument = 0

    def end_operand(self, kind: Bare) -> None:
        """An operand ends here; `kind` is what it makes of the argument of a function without brackets."""
        self.operand = True
        if self.bare == "begun":
            self.bare = kind

    def end_power(self, index: int) -> None:
        """The power of a function without brackets ends before the token at `index`; its argument comes next."""
        self.operand = False
        self.bare = "begun"
        self.argument = index
