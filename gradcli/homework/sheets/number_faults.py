"""Why a number cannot be read, and what to write instead."""

from __future__ import annotations

import unicodedata

from gradcli.language import GradcliError

_WRITE = "write a number such as -4, 0.25, 1/3 or 2e-2; ? if you have none"

_NO_NUMBERS = {"inf", "infinity", "infty", "nan", "undefined", "undef", "none", "null", "na", "unendlich"}
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "i": "1", "S": "5", "B": "8", "Z": "2", "z": "2"})

_PRODUCT = {*"·⋅∙•*×⨯✕"}
_INVISIBLE = {*map(chr, (*range(0x200B, 0x200E), *range(0x2060, 0x2065), 0xFEFF, 0xAD))}

_FOR_CHARACTER = {
    "∞": "write a number; ? if there is none",
    "%": "write 0.25 for 25 %",
    "√": "compute it, and write the decimal number",
    "π": "compute it, and write the decimal number",
    "(": "write the number alone; a vector stands in square brackets: [1, 2]",
    "<": "write a number, not a comparison",
    ">": "write a number, not a comparison",
    "≤": "write a number, not a comparison",
    "≥": "write a number, not a comparison",
    "±": "write one number",
    "~": "leave the sign away: the digits say how exact the number is",
    "≈": "leave the sign away: the digits say how exact the number is",
    "$": "leave the '$' away",
    "ᵀ": "write the entries of a row as [[1, 2]], of a column as [1, 2]",
    "'": "write 1000 without a mark between the digits",
    "’": "write 1000 without a mark between the digits",
    "_": "write 1000 without a mark between the digits",
    "^": "compute the power, and write the decimal number; only powers of ten are read: 2*10^-2",
    "=": "write only the number, and the calculation behind a #: -4  # 3 * 2 - 10",
    "+": "compute the sum, and write the number",
    "*": "compute the product, and write the number",
    "·": "compute the product, and write the number",
    "×": "compute the product, and write the number",
    "/": "write one fraction, such as 1/3, or a decimal number",
}


def unreadable(text: str, offset: int) -> GradcliError:
    """The error for a number that the parser could read up to `offset`."""
    start = offset
    while start and _in_word(text[start - 1]):
        start -= 1
    end = offset
    while end < len(text) and _in_word(text[end]):
        end += 1
    word = text[start:end]
    before = text[:offset].rstrip()
    if offset >= len(text.rstrip()):
        return _ended(text, before)
    if any(map(_is_letter, word)):
        return _letters(text, start, end)
    character = text[offset]
    if text[offset - 1 : offset] in _INVISIBLE and offset:
        hidden = named(text[offset - 1])
        return _fault(text, offset - 1, f"a number cannot hold {hidden}", "type the number anew", offset)
    inside = before.count("[") > before.count("]")
    if "," in before[-1:] and inside and character in ",;":
        return _fault(text, offset, "a number is missing before the comma", "write ? for an entry that you have not")
    if character == "]" and before.endswith("["):
        return _fault(text, offset, "the array is empty", "write its numbers: [1, 2]; ? if you have none")
    glued = character == "," and text[offset - 1 : offset].isdigit() and text[offset + 1 : offset + 2].isdigit()
    if character in ",;" and not inside and not glued:
        vector = "[1, 2]" if character == "," else "[1; 2]"
        return _fault(text, offset, "these are several numbers", f"write {vector} for a vector; one answer a line")
    if before[-1:] in _PRODUCT and before:
        return _fault(text, len(before) - 1, f"a number cannot hold '{before[-1]}'", _FOR_CHARACTER["*"], len(before))
    if character in ".,0123456789" and before[-1:] and before[-1] in ".,0123456789'’_":
        return _two_numbers(text, offset, before, inside=inside)
    if character in "-−–+" and inside and before[-1:].isdigit():
        return _fault(text, offset, "a comma is missing", "separate the entries by commas: [1, -2]")
    if character in "-−–" and before[-1:] in {*"-−–+"} and before:
        return _fault(text, offset, "the number has two signs", "write one of them")
    if character == "]" and not inside:
        return _fault(text, offset, "']' closes no bracket", "write [1, 2] for a vector")
    if character in "'’" and not before[-1:].isdigit():
        return _fault(text, offset, f"a number cannot hold {named(character)}", "write the number alone")
    return _other(text, offset)


def _letters(text: str, start: int, end: int) -> GradcliError:
    """A word, or a letter among digits."""
    word = text[start:end]
    quoted = f"'{word[:20]}{'…' if word[20:] else ''}'"
    if word.strip("._").casefold() in _NO_NUMBERS:
        return _fault(text, start, f"{quoted} is no number", "write a number; ? if there is none", end)
    plain = word.translate(_LOOKALIKES)
    digits = sum(character in "0123456789" for character in word)
    if digits and len(plain) <= 20 and plain.isascii() and plain.replace(".", "", 1).isdigit():
        return _fault(text, start, f"{quoted} has a letter among its digits", f"did you mean {plain}?", end)
    if digits and word[-1] in "eE" and word[:-1].replace(".", "", 1).isdigit():
        return _fault(text, end, "the exponent is missing", f"write {word[:20]}-2, or leave the {word[-1]} away", end)
    if digits and not word[0].isalpha():
        return _fault(text, start, f"{quoted} is no number", f"{_WRITE}; put units and remarks behind a #", end)
    if "=" in text[end:] or ":" in text[end:]:
        return _fault(text, start, f"a number is expected, not {quoted}", _FOR_CHARACTER["="], end)
    if text[:start].strip(" [-−+,;"):
        return _fault(text, start, f"{quoted} is no part of a number", "put a remark behind a #", end)
    return _fault(text, start, f"a number is expected, not {quoted}", f"compute it, and {_WRITE}", end)


def _ended(text: str, before: str) -> GradcliError:
    """Something is missing at the end."""
    end = len(text.rstrip())
    if before.count("[") > before.count("]"):
        opened = before.rindex("[")
        return GradcliError("bad-number", "a ']' is missing", text=text, start=end, end=end,
                            hint="close the bracket: [1, 2]", also=(opened, opened + 1))  # fmt: skip
    if before[-1:] and before[-1] in "/∕⁄":
        return _fault(text, end, "the denominator is missing", "write 1/3, or a decimal number", end)
    if before[-1:] and before[-1] in "^*":
        return _fault(text, end, "the exponent is missing", "write 2*10^-2, or 2e-2", end)
    return _fault(text, end, "the number is not complete", _WRITE, end)


def _two_numbers(text: str, offset: int, before: str, *, inside: bool) -> GradcliError:
    """A digit or a point where the number has ended."""
    left = _run_before(before)
    right = _run_behind(text, offset)
    start = len(before) - len(left)
    gap = text[len(before) : offset]
    end = offset + len(right)
    if not gap and {*left + right} & {".", ","}:
        return _fault(
            text, start, f"'{(left + right)[:20]}' has two decimal points", _without_groups(left + right), end
        )
    groups = (left + " " + right).split()
    if left.isdigit() and all(len(group) == 3 for group in _group_texts(right)) and len(left) <= 3 and groups:
        return _fault(text, start, "a blank stands among the digits", f"write {left}{right}, without a blank", end)
    hint = f"separate the entries by commas: [{left[:20]}, {right[:20]}]" if inside else (
        "write one number; [1, 2] for a vector; 2.5 for 2 1/2")  # fmt: skip
    return _fault(text, start, "these are two numbers", hint, end)


def _other(text: str, offset: int) -> GradcliError:
    character = text[offset]
    number = unicodedata.normalize("NFKC", character) if unicodedata.category(character)[0] == "N" else ""
    number = "".join(str(unicodedata.digit(each, "")) or each for each in number).replace("⁄", "/")
    hint = _FOR_CHARACTER.get(character)
    if hint is None and number.isascii() and number:
        hint = f"write {number}" if number.isalnum() or "/" in number else None
    return _fault(text, offset, f"a number cannot hold {named(character)}", hint or _WRITE)


def _without_groups(digits: str) -> str:
    """`1,234.5` and `1.234,5`: the last mark is the decimal point if there are two kinds."""
    cut = max(digits.rfind("."), digits.rfind(","))
    whole = digits[:cut].replace(".", "").replace(",", "")
    part = digits[cut + 1 :]
    if {".", ","} <= {*digits} and len(digits) <= 20:
        return f"write {whole}.{part}, without marks between the thousands"
    return "write one decimal point, such as 0.25; a vector as [1, 2]"


def _run_before(text: str) -> str:
    end = len(text)
    while end and text[end - 1] in ".,0123456789":
        end -= 1
    return text[end:]


def _run_behind(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end] in ".,0123456789":
        end += 1
    return text[start:end]


def _group_texts(digits: str) -> list[str]:
    return [digits.partition(".")[0].partition(",")[0]]


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "._"


def _is_letter(character: str) -> bool:
    return character.isalpha()


def named(character: str) -> str:
    """A character that can be found even if it is invisible."""
    code = f"U+{ord(character):04X}"
    if character.isascii() and character.isprintable():
        return f"'{character}'"
    name = unicodedata.name(character, "").lower()
    shown = f"'{character}'" if character.isprintable() else code
    return f"{shown} ({name or code})" if name or shown != code else code


def _fault(text: str, start: int, message: str, hint: str, end: int | None = None) -> GradcliError:
    return GradcliError("bad-number", message, text=text, start=start, end=start + 1 if end is None else end, hint=hint)
