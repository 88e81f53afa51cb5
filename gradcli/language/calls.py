"""Reductions of calls, vectors and indices: whatever has a list of operands."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from gradcli.language.errors import GradcliError
from gradcli.language.growth import Children, Growth, Piece
from gradcli.language.habits import METHODS
from gradcli.language.names import canonical, displayed
from gradcli.language.refusals import quoted
from gradcli.language.tree import Node

_COMPARISONS = ("lt", "le", "gt", "ge", "ne")
_OF_LISTS = ("concat", "stack")
_ALONG = ("max", "min", "amax", "amin")


class Calls(Growth):
    """The callbacks of the parser for functions, methods, vectors and indices."""

    # --- operands ---------------------------------------------------------------------------------------------------

    def arguments(self, children: Children) -> list[Piece]:
        """The operands of a call, keywords included."""
        return _pieces(children)

    def entries(self, children: Children) -> list[Piece]:
        """The entries of a vector."""
        return _pieces(children)

    def selectors(self, children: Children) -> list[Piece]:
        """What stands in the brackets of an index."""
        return _pieces(children)

    def keyword(self, children: Children) -> Piece:
        """`axis=0` among the operands of a call."""
        name, _, value = children
        return self._grow("keyword", (value.node,), name.start_pos or 0, value.end, displayed(name))

    # --- functions --------------------------------------------------------------------------------------------------

    def call(self, children: Children) -> Piece:
        """A function with its operands in brackets."""
        name: Token = children[0]
        operands: Sequence[Piece] = children[2] if len(children) == 4 else ()
        return self._call(name, operands, children[-1].end_pos)

    def method(self, children: Children) -> Piece:
        """`X.sum(axis=0)`: a function of what stands before the dot."""
        operand, token = children[:2]
        called, end = str(token)[1:-1], children[-1].end_pos
        name = Token("METHOD", METHODS.get(called, called), start_pos=operand.start, end_pos=token.end_pos)
        operands = [operand, *(children[2] if len(children) == 4 else ())]
        if called == "t" and len(operands) == 1:
            return self._grow("transpose", (operand.node,), operand.start, end)
        if len(operands) == 2 and not self._is_keyword(operands[1]):
            given = operands[1]
            if called == "pow":
                return self._grow("pow", (operand.node, given.node), operand.start, end)
            if called in _ALONG and self._is_number(given):  # X.max(1) is no comparison with 1
                operands[1] = self._grow("keyword", (given.node,), given.start, given.end, "axis")
        return self._call_known(name, operands, end)

    def _is_number(self, piece: Piece) -> bool:
        node = self.nodes[piece.node]
        return (self.nodes[node.args[0]] if node.op == "neg" else node).op == "number"

    def apply(self, children: Children) -> Piece:
        """A function without brackets."""
        name, operand = children
        return self._call(name, [operand], operand.end)

    def apply_power(self, children: Children) -> Piece:
        """A power of a function before its operand: sin² x."""
        name, token, operand = children[0], children[-2], children[-1]
        return self._to_the(self._call(name, [operand], operand.end), token)

    def _call(self, name: Token, operands: Sequence[Piece], end: int) -> Piece:
        defined = self.scope.functions.get(canonical(name))
        if defined is None:
            return self._call_known(name, operands, end)
        keyword = next((piece for piece in operands if self._is_keyword(piece)), None)
        wanted = len(self.statements[defined].parameters)
        if keyword is not None:
            raise self._refuse("keyword", f"'{quoted(displayed(name))}' is defined here and takes no keywords", keyword,
                               f"write {self._definition(name, defined)}: operands in their order")  # fmt: skip
        if len(operands) != wanted:
            raise self._wrong_count(name, end, f"{wanted} operand{'s' * (wanted != 1)}", len(operands))
        return self._grow("invoke", tuple(piece.node for piece in operands), name.start_pos or 0, end, defined)

    def _call_known(self, name: Token, operands: Sequence[Piece], end: int) -> Piece:
        """A call of a function that the vocabulary knows."""
        count = self._check_keywords(operands)
        operation = self.scope.vocabulary.resolve(name, count)
        if operation is None:
            raise self._wrong_count(name, end, self.scope.vocabulary.counts(name), count)
        args = tuple(piece.node for piece in operands)
        if operation in _OF_LISTS and count == 1 and self.nodes[args[0]].op == "vector":
            held = self.nodes[args[0]]
            self.nodes[args[0]] = Node("entries", (), None, held.start, held.end)
            args = held.args + args[1:]
        return self._grow("call", args, name.start_pos or 0, end, operation)

    def _check_keywords(self, operands: Sequence[Piece]) -> int:
        """The number of operands before the keywords.

        Raises:
            GradcliError: a keyword stands twice, or before an operand.
        """
        seen: set[str] = set()
        for piece in operands:
            if not self._is_keyword(piece):
                if seen:
                    raise self._refuse("keyword", "an operand stands behind a keyword", piece,
                                       "write the keywords last: sum(X, axis=0)")  # fmt: skip
                continue
            name = str(self.nodes[piece.node].value)
            if name in seen:
                raise self._refuse("keyword", f"the keyword '{quoted(name)}' stands here twice", piece,
                                   "keep one of them")  # fmt: skip
            seen.add(name)
        return len(operands) - len(seen)

    def _is_keyword(self, piece: Piece) -> bool:
        return self.nodes[piece.node].op == "keyword"

    def _wrong_count(self, name: Token, end: int, wanted: str, given: int) -> GradcliError:
        shown = quoted(displayed(name))
        defined = self.scope.functions.get(canonical(name)) if name.type != "METHOD" else None
        hint = f"gradcli rules {shown} shows how it is written"
        if defined is not None:
            hint = f"write {self._definition(name, defined)}"
        return self._refuse("wrong-count", f"'{shown}' takes {wanted}, and here {_stand(given)}",
                            Piece(0, name.start_pos or 0, end), hint)  # fmt: skip

    def _definition(self, name: Token, defined: int) -> str:
        return f"{quoted(displayed(name))}({quoted(', '.join(self.statements[defined].parameters))})"

    # --- vectors ----------------------------------------------------------------------------------------------------

    def vector(self, children: Children) -> Piece:
        """`[a, b, c]`."""
        opened, closed = children[0], children[-1]
        entries: Sequence[Piece] = children[1] if len(children) == 3 else ()
        if not entries:
            raise self._refuse("empty-vector", "a vector needs entries", Piece(0, opened.start_pos, closed.end_pos),
                               "write them between the brackets: [1, 2]")  # fmt: skip
        if len(entries) == 1 and opened.type == "VECTOR" and self._is_condition(entries[0], closed):
            return Piece(entries[0].node, opened.start_pos, closed.end_pos)
        return self._grow("vector", tuple(entry.node for entry in entries), opened.start_pos, closed.end_pos)

    def _is_condition(self, entry: Piece, closed: Token) -> bool:
        """Whether the only entry of a vector is a comparison without brackets or a comma: [x > 0] is 1 or 0."""
        bare = entry.cut is not None and self.nodes[entry.node].op in _COMPARISONS
        return bare and "," not in self.text[entry.end : closed.start_pos]

    def index(self, children: Children) -> Piece:
        """`W[0, :]`."""
        operand, _, selectors, closed = children
        for piece in selectors:
            if self.nodes[piece.node].op in _COMPARISONS:
                whole, condition = quoted(self._source(operand)), quoted(self._source(piece))
                raise self._refuse("index", "an index is a whole number, and here stands a comparison", piece,
                                   f"write where({condition}, {whole}, 0), or ({condition})*{whole}")  # fmt: skip
        args = (operand.node, *(piece.node for piece in selectors))
        return self._grow("index", args, operand.start, closed.end_pos)

    def slice(self, children: Children) -> Piece:
        """`1:3` in an index."""
        part, written = 0, ""
        args: list[int] = []
        for child in children:
            if isinstance(child, Piece):
                args.append(child.node)
                written += "abc"[part]
            else:
                part += 1
        start, end = _span(children[0])[0], _span(children[-1])[1]
        return self._grow("slice", tuple(args), start, end, written)

    def indicator(self, children: Children) -> Piece:
        """`𝟙[f > 0]`, which is the comparison."""
        sign, _, comparison, closed = children
        return Piece(comparison.node, sign.start_pos, closed.end_pos)


def _pieces(children: Children) -> list[Piece]:
    return [child for child in children if isinstance(child, Piece)]


def _span(child: Piece | Token) -> tuple[int, int]:
    if isinstance(child, Piece):
        return child.start, child.end
    return child.start_pos or 0, child.end_pos or 0


def _stand(count: int) -> str:
    return "stands none" if count == 0 else "stands 1" if count == 1 else f"stand {count}"
