"""What the resolver refuses, and what it says: every message names the fault and offers what to write instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from lark import Token

from gradcli.language.errors import GradcliError
from gradcli.language.names import displayed
from gradcli.language.scope import Scope
from gradcli.language.suggest import did_you_mean, nearest


class Refusals:
    """Makes the errors for one formula; nothing here raises."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope

    def _error(self, code: str, message: str, first: Token, last: Token | None = None, *, hint: str | None = None,
               also: Token | None = None) -> GradcliError:  # fmt: skip
        span = (also.start_pos or 0, also.end_pos or 0) if also is not None else None
        start, end = first.start_pos or 0, (last or first).end_pos
        return GradcliError(code, message, text=self._text, start=start, end=end, hint=hint, also=span)

    def _source(self, first: Token, last: Token) -> str:
        return self._text[first.start_pos : last.end_pos]

    # --- the formula as a whole -------------------------------------------------------------------------------------

    def empty(self) -> GradcliError:
        end = len(self._text)
        return GradcliError("empty-formula", "the formula is empty", text=self._text, start=end,
                            hint="write something like (x + y)*z")  # fmt: skip

    def unknown_character(self, offset: int) -> GradcliError:
        return unknown_character(self._text, offset)

    def double_equals(self, token: Token) -> GradcliError:
        return self._error("double-equals", "'==' compares, and a formula has nothing to compare here", token,
                           hint="write '=' to name a value: z = x + y")  # fmt: skip

    def misplaced_equals(self, token: Token) -> GradcliError:
        return self._error(
            "misplaced-equals", "only a name can stand before '='", token,
            hint="name a value with q = x + y, define a function with a(z) = relu(z), separate statements with ';'",
        )  # fmt: skip

    def inside_brackets(self, token: Token) -> GradcliError:
        return self._error("unbalanced-bracket", "a statement ends here, but a bracket is still open", token,
                           hint="close the bracket before the ';'")  # fmt: skip

    # --- definitions ------------------------------------------------------------------------------------------------

    def not_a_parameter(self, token: Token) -> GradcliError:
        return self._error("bad-parameter", "a definition takes names, separated by commas", token,
                           hint="write something like s(u, v) = (u + v)^2")  # fmt: skip

    def repeated_parameter(self, token: Token) -> GradcliError:
        return self._error("bad-parameter", f"the parameter '{displayed(token)}' stands here twice", token,
                           hint="give each parameter a name of its own")  # fmt: skip

    # --- brackets and bars ------------------------------------------------------------------------------------------

    def square_bracket(self, token: Token, *, after_operand: bool) -> GradcliError:
        if after_operand:
            return self._error("square-bracket", "a number cannot be indexed, and '[' does not multiply", token,
                               hint="write '(' to multiply")  # fmt: skip
        return self._error("square-bracket", "'[' begins a vector, and vectors are not read here", token,
                           hint="write '(' to group, and one name for each entry: w0, w1, ...")  # fmt: skip

    def nested_bars(self, opened: Token, token: Token) -> GradcliError:
        return self._error("nested-bars", "bars within bars can be read in several ways", token, also=opened,
                           hint="write abs(...) for the absolute value")  # fmt: skip

    def open_bar(self, token: Token) -> GradcliError:
        return self._error("unbalanced-bracket", f"this '{token}' is never closed", token,
                           hint=f"write the missing '{token}', or abs(...)")  # fmt: skip

    # --- products nobody wrote --------------------------------------------------------------------------------------

    def missing_operator(self, left: Token, right: Token) -> GradcliError:
        one, other = str(left), str(right)
        source = self._source(left, right)
        if left.type == "NUMBER":
            hint = f"write {one}*{other}, or {one}{other} for one number"
        elif left.type == "NAME":
            hint = f"write {one}*{other} for the product, or {one}^{other} for the power"
        else:
            hint = f"write {one}*{other} for the product, or {one}^{other} for the power"
        return self._error("missing-operator", f"'{source}' lacks an operator", left, right, hint=hint)

    def two_factors(self, left: Token, right: Token) -> GradcliError:
        return self._error(
            "two-factors", "a function without brackets takes one factor, and here stand more", left, right,
            hint="write the brackets: sin(2*x*y), or sin(2*x)*y",
        )  # fmt: skip

    # --- names ------------------------------------------------------------------------------------------------------

    def call_or_product(self, token: Token) -> GradcliError:
        name = displayed(token)
        return self._error(
            "call-or-product", f"'{name}' is both a variable and a function here", token,
            hint=f"write {name}*(...) for the product, or give the variable another name",
        )  # fmt: skip

    def ambiguous_name(self, token: Token, readings: Sequence[Sequence[str]]) -> GradcliError:
        ways = ", or ".join("*".join(map(displayed, way)) for way in readings)
        return self._error("ambiguous-name", f"'{displayed(token)}' can be read in several ways", token,
                           hint=f"write {ways}")  # fmt: skip

    def unknown_function(self, token: Token, bracket: Token) -> GradcliError:
        name, scope = displayed(token), self._scope
        offers = nearest(name, [*scope.functions, *scope.vocabulary.names()])
        hint = did_you_mean(f"{offer}{bracket}" for offer in offers)
        tail = self._function_at_the_end(name)
        if tail:
            hint = f"did you mean {tail}({'...' if bracket == '(' else ''})?".replace("()", "(...)")
        if nearest(name, scope.known_values()) or not hint:
            hint = (hint[:-1] + f", or {name}*(...)?") if hint else f"write {name}*(...) if '{name}' is a variable"
        if token.startswith("\\") and name == token[1:]:
            hint = "commands of LaTeX are not read here: write a/b for a fraction, sqrt(x) for a root"
        return self._error("unknown-function", f"unknown function '{name}'", token, hint=hint)

    def _function_at_the_end(self, name: str) -> str | None:
        """`x*sin` for `xsin`, if x has a value."""
        for cut in range(1, len(name)):
            if self._scope.is_value(name[:cut]) and self._scope.is_function(name[cut:]):
                return f"{name[:cut]}*{name[cut:]}"
        return None

    def function_without_argument(self, token: Token) -> GradcliError:
        name = displayed(token)
        return self._error("function-without-argument", f"'{name}' is a function and needs an argument", token,
                           hint=f"write {name}(x)")  # fmt: skip

    def inverse_or_reciprocal(self, token: Token, power: Sequence[Token]) -> GradcliError:
        name = displayed(token)
        last = power[0] if power[0].type == "SUPERSCRIPT" else power[-1]
        inverse = f"a{name}" if self._scope.vocabulary.knows(f"a{name}") else f"the inverse of {name}"
        return self._error("inverse-or-reciprocal", f"'{self._source(token, last)}' can be read in two ways", token, last,
                           hint=f"write {inverse}(x), or 1/{name}(x)")  # fmt: skip


_CHARACTER_HINTS = {
    "{": "curly brackets group only in LaTeX: write '('",
    "}": "curly brackets group only in LaTeX: write ')'",
    "$": "leave the '$' of LaTeX away",
    "\\": "commands of LaTeX are not read here: write a/b for a fraction, sqrt(x) for a root",
    "!": "write gamma(n + 1) for the factorial of n",
    "%": "write mod(a, b) for the remainder",
    ":": "write '=' to name a value",
    "&": "leave the '&' of LaTeX away",
    "∂": "write the function itself; its derivatives are what gradcli computes",
    "∇": "write the function itself; its gradient is what gradcli computes",
    "∑": "write the terms of the sum out",
    "∞": "infinity is no number to compute with",
    '"': "leave the quotation marks away",
}


def unknown_character(text: str, offset: int) -> GradcliError:
    """The error for a character that no formula holds, named so that it can be found even if it is invisible."""
    character = text[offset]
    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X}"
    visible = f"'{character}'" if character.isprintable() else code
    label = visible if character.isascii() and character.isprintable() else f"{visible} ({name.lower() or code})"
    hint = _CHARACTER_HINTS.get(character)
    return GradcliError("unknown-character", f"a formula cannot hold the character {label}", text=text, start=offset,
                        end=offset + 1, hint=hint or "take it away")  # fmt: skip
