"""Why a line of a student's file cannot be read, and what to write instead."""

from __future__ import annotations

from gradcli.homework.sheets.number_faults import named
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest

WORDS = ("value", "local", "up", "grad", "jac")
_IDENTITIES = ("student", "name")
_MEANT = {
    "gradient": "grad", "derivative": "grad", "upstream": "up", "downstream": "grad", "jacobian": "jac",
    "forward": "value", "val": "value", "loc": "local",
}  # fmt: skip
"""What students call the same, too far from the words to be a typing slip."""

_LONGEST_QUOTE = 30
_SHORTEST_WORD = 4
"""Letters from which what stands alone before a `=` may be a misspelt word; shorter ones are names of values."""

_OPENED = "([{（"
_CLOSED = ")]}）"
_BULLETS = " \t:.)*•·>|-−–"


def unreadable(line: str, offset: int) -> GradcliError:
    """The error for a line that the parser could read up to `offset`."""
    code = line.partition("#")[0]
    end = len(code.rstrip())
    start = len(code) - len(code.lstrip())
    word = _word(code, start)
    behind = start + len(word)
    rest = code[behind:end].strip()
    if code[start : start + 1] == "=":
        return _fault(line, min(offset, end), end, "the header of a problem cannot be read",
                      "write == p1, or == p1  f = x * y  at x=2, y=3")  # fmt: skip
    if word.lower() in WORDS:
        return _behind_word(line, word.lower(), rest, offset, end)
    if word.lower() in _IDENTITIES and rest[:1] not in ("=", ":"):
        return _fault(line, behind, behind, f"a ':' is missing behind {word}", f"write {word}: {_cut(rest) or 's123'}")
    return _first_word(line, start, end, word, rest)


def _behind_word(line: str, word: str, rest: str, offset: int, end: int) -> GradcliError:
    """The word is right; what follows is not."""
    example = {"local": "local q / x = 1", "jac": "jac y / x = [[1, 0], [0, 1]]"}.get(word, f"{word} x = 3")
    if not rest or rest[0] in "=:≈":
        where = offset if rest else end
        return _fault(line, where, where, f"a name is missing behind {word}", f"write {example}")
    if offset < end and line[offset] in _CLOSED:
        return _fault(line, offset, offset + 1, f"'{line[offset]}' closes no bracket", "open it, or take it away")
    depth = sum((character in _OPENED) - (character in _CLOSED) for character in line[:offset])
    if depth > 0:
        where = min(offset, end)
        return _fault(line, where, where, "a bracket is not closed", f"close it before the '=': {example}")
    if offset < end:
        return _fault(line, offset, offset + 1, f"{named(line[offset])} cannot stand here", f"write {example}")
    *names, last = rest.split()
    if names and (last[-1].isdigit() or last[-1] in "]?") and (last[0].isdigit() or last[0] in "-−–+.[?"):
        return _fault(line, end - len(last), end, "a '=' is missing",
                      f"write {word} {_cut(' '.join(names))} = {_cut(last)}")  # fmt: skip
    return _fault(line, end, end, "'=' and a number are missing",
                  f"write {word} {_cut(rest)} = 3; ? if you have no number")  # fmt: skip


def _first_word(line: str, start: int, end: int, word: str, rest: str) -> GradcliError:
    """A line that begins with none of the words."""
    behind = start + len(word)
    no_word = f"'{_cut(word)}' is no word that begins a line: {', '.join(WORDS)}"
    is_bare = rest[:1] in ("=", ":", "≈")
    if word.lower() in _MEANT and not is_bare:
        return _fault(line, start, behind, no_word, f"did you mean '{_MEANT[word.lower()]}'?")
    second = _word(rest.lstrip(_BULLETS), 0)
    if second.lower() in WORDS:
        if word:
            return _fault(line, start, behind, "the problem stands on a line of its own",
                          f"write == {_cut(word)} on the line above")  # fmt: skip
        return _fault(line, start, line.index(second), f"a line begins with its word, {second.lower()}",
                      "take away what stands before it")  # fmt: skip
    glued = next((each for each in WORDS if word.lower().startswith(each) and len(word) > len(each)), None)
    if glued and is_bare:
        return _fault(line, start, behind, f"a blank is missing behind {glued}",
                      f"did you mean '{glued} {_cut(word[len(glued) :])}'?")  # fmt: skip
    near = nearest(word, (*_IDENTITIES, *WORDS) if is_bare else WORDS) if len(word) > 1 and rest else []
    if near and (not is_bare or len(word) >= _SHORTEST_WORD):
        return _fault(line, start, behind, no_word, did_you_mean(near) or "")
    if word[:1] in ("d", "∂", "𝜕", "δ") and ("/" in rest or word[0] != "d"):
        return _fault(line, start, end, "this derivative cannot be read", "write df/dq, or local f / q, or grad q")
    if word and is_bare:
        name, value = _cut(word), _cut(rest[1:].strip()) or "3"
        return _fault(line, start, behind, f"it is not said what of {name} this is",
                      f"write value {name} = {value}, or grad {name} = {value}")  # fmt: skip
    return _fault(line, start, max(end, start), "this line is no answer",
                  "write an answer as grad x = 3, the header of a problem as == p1; put # before a remark")  # fmt: skip


def _word(text: str, start: int) -> str:
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "_∂𝜕′'"):
        end += 1
    return text[start:end]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _fault(line: str, start: int, end: int, message: str, hint: str) -> GradcliError:
    return GradcliError("bad-answer", message, text=line, start=start, end=max(start, end), hint=hint)
