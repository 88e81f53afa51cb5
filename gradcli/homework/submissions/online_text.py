"""What a student typed into a learning platform's editor, which exports it as a web page, as lines of text."""

from __future__ import annotations

import html
import re

# One `<` never starts a second search: a tag ends before the next `<`, so the time is linear in the length.
_TAG = re.compile(r"<[!?/]?([A-Za-z0-9-]*)[^<>]*>")
_ENDS_LINE = frozenset(
    {"address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
     "pre", "table", "td", "th", "tr", "ul"}
)  # fmt: skip
_UNSEEN = frozenset({"head", "script", "style", "title"})


def lines_of(page: str) -> str:
    """The text of a web page; where a paragraph or a line ends, a line ends.

    Tags are taken away, nothing is interpreted; what stands in the head, in scripts and in styles is left out.
    """
    out: list[str] = []
    hidden: str | None = None
    after = 0
    for tag in _TAG.finditer(page):
        name, closing = tag[1].lower(), tag[0].startswith("</")
        if hidden is None:
            out.append(_one_line(page[after : tag.start()]))
            if name in _UNSEEN and not closing:
                hidden = name
            elif name in _ENDS_LINE:
                out.append("\n")
        elif closing and name == hidden:
            hidden = None
        after = tag.end()
    if hidden is None:
        out.append(_one_line(page[after:]))
    lines = (line.strip() for line in "".join(out).split("\n"))
    return "".join(line + "\n" for line in lines if line)


def _one_line(text: str) -> str:
    """Text between two tags: its line breaks are blanks in a web page, and so are its unbreakable spaces here."""
    return re.sub(r"[ \t\r\n\f]", " ", html.unescape(text).replace("\xa0", " "))
