r"""Texts that strangers send: every writer is run on each of them.

They are written with escapes, so that this file itself is harmless to look at.
"""

from __future__ import annotations

MARKUP = ("[/x]", "[link=file:///]click[/link]", "[bold red]", "[/]", "\\[", "[@click=quit]x[/]")
TERMINAL = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://x.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H", "\x9b31m",
    "\x85next\x84", "bell\x07", "back\x08\x08\x08", "del\x7f", "\x0e\x0f", "a\rb", "a\nb", "a\r\nb", "a\tb",
    "a\x0bb\x0cc",
)  # fmt: skip
UNSEEN = (
    "\u202e4-\u202c", "\u2066x\u2069", "\u061cx", "\u200b\u200c\u200d", "\ufeffx", "\u2060", "\u00ad", "\U000e0041",
    "a\u2028b\u2029c", "\u00a0", "\u180e", "\ufff9\ufffb",
)  # fmt: skip
BROKEN = ("\x00", "a\x00b", "\ud800", "\udfff x", "\ud83d\ude00", "\uffff", "\ufdd0", "\U0010ffff", "\ue000")
FORMULAS = (
    "=1+1", "@SUM(A1:A9)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", '=HYPERLINK("http://x.invalid","x")',
    "\t=1+1",
    "\r=1+1", "\n=1+1", " =1+1", "-4", "+4", "−4", "'=1+1", '"=1+1"', '";=1+1;"', "a,b;c\td", '"', '""', "'", "＝1+1",
)  # fmt: skip
XML = (
    "]]>", "<![CDATA[x]]>", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "<!ENTITY x 'y'>", "&e;",
    "&amp;", "&#0;",
    "&#x1b;", "<!-- -- -->", "</failure></testcase><testcase/>", "' onload='x", '" onload="x',
    "<?xml version='1.0'?>",
)  # fmt: skip
HTML = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:x'>x</a>",
    "</pre><b>",
    "<br>",
)
MARKDOWN = (
    "[x](http://x.invalid)", "![x](http://x.invalid/x.png)", "| a | b |", "|", "`code`", "```", "```text", "~~~",
    "# head", "* item", "1. item",
    "> quote", "***", "_x_", "**x**", "<http://x.invalid>", "http://x.invalid", "@someone", "#123", "$x$", "$$",
    "\\|", "\\", "    code",
    "x\n\n# head", "[ref]: http://x.invalid", ":smile:", "a  \nb",
)  # fmt: skip
TAP = (
    "# SKIP", "x # SKIP", "x # TODO later", "#skip", "x \\# SKIP", "not ok", "not ok 1 - x",
    "ok 2 - x\nnot ok 3", "1..0", "1..99",
    "Bail out! now", "TAP version 13", "pragma +bail", "# Subtest: x", "    ok 1 - x", "\\", "x \\\\# todo",
)  # fmt: skip
YAML = (
    "...",
    "---",
    "  ...",
    "x\n  ...\nnot ok 9",
    "!!python/object:os.system",
    "&a *a",
    "{",
    "[",
    "- x",
    "? x",
    "x: y",
    "%TAG ! x",
    "null",
    "~",
    "yes",
)
COMMANDS = (
    "::set-output name=x::y", "::error::x", "x\n::error::y", "%0A::error::x", "%0D", "%25", "%", "::add-mask::a",
    "::stop-commands::x",
    "##[error]x", "file=/etc/passwd,line=1", "a,b:c",
)  # fmt: skip
PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\x",
    "C:\\x",
    "~/x",
    "a/../b",
    ".",
    "..",
    "con",
    "-rf",
    "--help",
    "x" * 300 + ".txt",
    "a//b",
)
LANGUAGES = (
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301\u0302\u0303", "Z" + "\u0351" * 60,
    "\u0301first",
    "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u4f60\u597d", "\U00020000", "\u1160",
    "\u3164", "ı İ ß ﬁ",
)  # fmt: skip
VALUES = (
    "",
    " ",
    "  ",
    "NaN",
    "Infinity",
    "1e999",
    "None",
    "null",
    "true",
    "0",
    "0x1f",
    "١٢",
    "{}",
    "%s %d %n",
    "{0.__class__}",
    "$(x)",
    "`x`",
    "'; --",
)
LONG = (
    "x" * 1_000,
    "9" * 1_000,
    "(" * 1_000,
    "[" * 1_000,
    "é" * 1_000,
    " " * 1_000,
    "\n" * 1_000,
    "\x1b" * 1_000,
    "|" * 1_000,
)

TEXTS: tuple[str, ...] = tuple(dict.fromkeys((
    *MARKUP, *TERMINAL, *UNSEEN, *BROKEN, *FORMULAS, *XML, *HTML, *MARKDOWN, *TAP, *YAML, *COMMANDS, *PATHS,
    *LANGUAGES, *VALUES, *LONG,
)))  # fmt: skip
"""All of them, each once."""
