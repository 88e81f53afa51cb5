"""What the resolver refuses, and what it says: every message names the fault and offers what to write instead."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from gradcli.language.characters import command_hint, unknown_command_hint
from gradcli.language.errors import GradcliError
from gradcli.language.names import GREEK, displayed
from gradcli.language.scope import Scope
from gradcli.language.suggest import did_you_mean, nearest

SIZES = ("len", "size", "shape", "ndim", "numel", "nrow", "ncol")
"""What programs ask an array."""

KNOWN_SIZE = "sizes are known: write the number"

_LONGEST_QUOTE = 60
_LONGEST_NAME = 120

_INVERSES = {"exp": "ln", "ln": "exp", "log": "exp"}


def quoted(text: str) -> str:
    """A piece of the formula for a message: in full if it is short."""
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


class Refusals:
    """Makes the errors for one formula; nothing here raises."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope

    def _error(self, code: str, message: str, first: Token, last: Token | None = None, *, hint: str,
               also: Token | None = None) -> GradcliError:  # fmt: skip
        span = (also.start_pos or 0, also.end_pos or 0) if also is not None else None
        start, end = first.start_pos or 0, (last or first).end_pos
        return GradcliError(code, message, text=self._text, start=start, end=end, hint=hint, also=span)

    def _source(self, first: Token, last: Token) -> str:
        return quoted(self._text[first.start_pos : last.end_pos])

    # --- the formula as a whole -------------------------------------------------------------------------------------

    def empty(self) -> GradcliError:
        """There is no statement."""
        return GradcliError("empty-formula", "the formula is empty", text=self._text, start=len(self._text),
                            hint="write something like (x + y)*z")  # fmt: skip

    def double_equals(self, token: Token) -> GradcliError:
        """`==` anywhere."""
        return self._error("double-equals", "'==' compares, and a formula names a value with one '='", token,
                           hint="write z = x + y to name a value, eq(a, b) to compare two")  # fmt: skip

    def misplaced_equals(self, token: Token) -> GradcliError:
        """`=` behind something that is no name."""
        return self._error(
            "misplaced-equals", "only a name can stand before '='", token,
            hint="name a value with q = x + y, define a function with a(z) = relu(z), separate statements with ';'",
        )  # fmt: skip

    def inside_brackets(self, token: Token) -> GradcliError:
        """`;` inside of brackets or bars."""
        return self._error("unbalanced-bracket", "a statement ends here, but a bracket is still open", token,
                           hint="close the bracket before the ';'")  # fmt: skip

    # --- definitions ------------------------------------------------------------------------------------------------

    def not_a_parameter(self, token: Token) -> GradcliError:
        """Something other than names in the head of a definition."""
        return self._error("bad-parameter", "a definition takes names, separated by commas", token,
                           hint="write something like s(u, v) = (u + v)^2")  # fmt: skip

    def repeated_parameter(self, token: Token) -> GradcliError:
        """One parameter twice."""
        return self._error("bad-parameter", f"the parameter '{_name(token)}' stands here twice", token,
                           hint="give each parameter a name of its own")  # fmt: skip

    def gate_without_definition(self, gate: Token, last: Token) -> GradcliError:
        """`gate s(u, v)` without `=`."""
        return self._error("bad-definition", "'gate' begins a definition, and here is none", gate, last,
                           hint="write something like gate s(u, v) = (u + v)^2; s(x, y)")  # fmt: skip

    def entry_assigned(self, token: Token, last: Token) -> GradcliError:
        """`w[0] = 1`."""
        name = _name(token)
        return self._error("index", "an entry cannot be assigned: a formula names whole values", token, last,
                           hint=f"write {name} = [...] with all entries, or {name}0 = ... for one name")  # fmt: skip

    def not_a_shape(self, name: Token, token: Token) -> GradcliError:
        """Something other than sizes behind `~`."""
        return self._error("declaration", "a shape is whole numbers in brackets, separated by commas", token,
                           hint=f"write {_name(name)} ~ (3, 2) for a matrix, {_name(name)} ~ (3) for a vector, "
                           f"{_name(name)} ~ () for a number")  # fmt: skip

    def counter_assigned(self, token: Token) -> GradcliError:
        """The variable of a loop before `=`, as a parameter, or declared."""
        return self._error("loop", f"'{_name(token)}' counts the turns of the loop", token, hint="take another name")

    def range_without_loop(self, token: Token) -> GradcliError:
        """`..` outside of the head of a loop."""
        return self._error("loop", f"'{token}' stands only in the range of a loop", token,
                           hint="write for k in 1..3: ..., or write out what is left away")  # fmt: skip

    # --- brackets and bars ------------------------------------------------------------------------------------------

    def nested_bars(self, opened: Token, token: Token) -> GradcliError:
        """`|x + |y||`."""
        hint = "write abs(...) for the absolute value"
        if opened.end_pos == token.start_pos:
            hint += ", or ‖x‖ for the norm"
        return self._error("nested-bars", "bars within bars can be read in several ways", token, also=opened, hint=hint)

    def open_bar(self, token: Token) -> GradcliError:
        """A bar without a partner."""
        return self._error("unbalanced-bracket", f"this '{token}' is never closed", token,
                           hint=f"write the missing '{token}', or abs(...)")  # fmt: skip

    # --- products nobody wrote --------------------------------------------------------------------------------------

    def missing_operator(self, first: Token, left: Token, right: Token) -> GradcliError:
        """A number behind an operand, which reaches from `first` to `left`."""
        one, other = self._source(first, left), str(right)
        if left.type != "NUMBER":
            hint = f"write {one}*{other} for the product, or {one}^{other} for the power"
        elif one.isdigit() and other.isdigit() and one.isascii() and other.isascii():
            hint = f"write {one}*{other}, or {one}{other} for one number"
        else:
            hint = f"write {one}*{other} for the product, or {one} + {other} for the sum"
        return self._error("missing-operator", f"'{self._source(first, right)}' lacks an operator", first, right,
                           hint=hint)  # fmt: skip

    def two_factors(self, function: tuple[int, int], cut: int, end: int) -> GradcliError:
        """A function without brackets before two factors; the text of the second reaches from `cut` to `end`."""
        start, until = function
        name = self._text[start:until]
        one, other = quoted(self._text[until:cut].strip()), quoted(self._text[cut:end])
        times = self._scope.times(self._text[until:end])
        return GradcliError(
            "two-factors", "a function without brackets takes one factor, and here stand more", text=self._text,
            start=until + len(self._text[until:cut]) - len(self._text[until:cut].lstrip()), end=end,
            hint=f"write {name}({one}{times}{other}), or {name}({one}){times}{other}",
        )  # fmt: skip

    # --- powers -----------------------------------------------------------------------------------------------------

    def inverse_or_reciprocal(self, token: Token, last: Token) -> GradcliError:
        """`sin^-1`, up to the token `last`."""
        name = _name(token)
        inverse = _INVERSES.get(name, f"a{name}")
        offers = [f"{inverse}(...)"] if self._scope.vocabulary.knows(inverse) else []
        message = f"'{self._source(token, last)}' can be read in two ways"
        return self._error("inverse-or-reciprocal", message, token, last,
                           hint="write " + ", or ".join([*offers, f"1/{name}(...)"]))  # fmt: skip

    def function_power(self, token: Token, last: Token) -> GradcliError:
        """`sin^n`: a power of a function that is no plain number."""
        return self._error("function-power", "only a plain number can be the power of a function before its argument",
                           token, last, hint=f"write {_name(token)}(...)^(...)")  # fmt: skip

    def power_twice(self, first: Token, last: Token) -> GradcliError:
        """`sin²(x)²`, or `xⁿ⁺¹`."""
        return self._error("ambiguous-power", f"'{self._source(first, last)}' can be read in two ways", first, last,
                           hint="write the power as ^(...), and brackets around what it belongs to")  # fmt: skip

    # --- names ------------------------------------------------------------------------------------------------------

    def latex_command(self, token: Token, word: str) -> GradcliError:
        """A command of LaTeX that is neither a Greek letter nor a function."""
        hint = command_hint(word)
        if hint is None and self._scope.is_function(word):
            hint = f"write {word}(...)"
        if hint is None:
            letters = sorted(set(GREEK.values()), key=str.swapcase)
            near = nearest(word, [*letters, *(name for name in self._scope.vocabulary.names() if name.isascii())])
            hint = did_you_mean(f"\\{name}" for name in near) or unknown_command_hint()
        start = token.start_pos or 0
        return GradcliError("latex-command", f"'\\{quoted(word)}' is a command of LaTeX that is not read here",
                            text=self._text, start=start, end=start + 1 + len(word), hint=hint)  # fmt: skip

    def call_or_product(self, token: Token) -> GradcliError:
        """A name before a bracket that is a variable and a function."""
        name = _name(token)
        return self._error(
            "call-or-product", f"'{name}' is both a variable and a function here", token,
            hint=f"write {name}*(...) for the product, or give the variable another name",
        )  # fmt: skip

    def ambiguous_name(self, token: Token, readings: Sequence[Sequence[str]]) -> GradcliError:
        """A name that splits into known names in more than one way."""
        times = self._scope.times(token)
        ways = ", or ".join(times.join(map(displayed, way)) for way in readings)
        return self._error(
            "ambiguous-name", f"'{_name(token)}' can be read in several ways", token, hint=f"write {ways}"
        )

    def unknown_function(self, token: Token, bracket: Token) -> GradcliError:
        """A name before a bracket that is neither a variable nor a function."""
        name, scope = displayed(token), self._scope
        product = self._function_at_the_end(name)
        near = nearest(name, [*scope.functions, *(scope.vocabulary.names() if len(name) > 2 else ())])
        if name in SIZES:
            hint = KNOWN_SIZE
        elif product:
            hint = f"did you mean {product}(...)?"
        elif bracket == "[" and not near:
            hint = f"define the function first: {_name(token)}[z] = ...; or bind a vector: {_name(token)}=[...]"
        else:
            hint = did_you_mean(near) or ""
            if not hint:
                hint = f"define it first, {_name(token)}(z) = ..., or write {_name(token)}*(...) if it is a variable"
            elif nearest(name, scope.known_values()):
                hint = f"{hint[:-1]}, or {name}*(...)?"
        return self._error("unknown-function", f"unknown function '{_name(token)}'", token, hint=hint)

    def no_value(self, token: Token) -> GradcliError:
        """A name before an index that nothing is bound to."""
        name = _name(token)
        near = did_you_mean(nearest(displayed(token), self._scope.known_values()))
        return self._error("no-value", f"'{name}' has no value", token,
                           hint=f"{near[:-1]}, or add {name}=[...]" if near else f"add {name}=[...]")  # fmt: skip

    def _function_at_the_end(self, name: str) -> str | None:
        """`x*sin` for `xsin`, if x has a value."""
        for cut in range(1, len(name) if len(name) <= _LONGEST_NAME else 0):
            if self._scope.is_value(name[:cut]) and self._scope.is_function(name[cut:]):
                return f"{name[:cut]}*{name[cut:]}"
        return None

    def function_without_argument(self, token: Token, argument: str = "x") -> GradcliError:
        """A function, or a root, with nothing behind it that could be its argument."""
        name = _name(token)
        return self._error("function-without-argument", f"'{name}' needs an argument in brackets here", token,
                           hint=f"write {name}({quoted(argument)})")  # fmt: skip


def _name(token: Token) -> str:
    return quoted(displayed(token))
