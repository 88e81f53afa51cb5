"""Where the grammars are, and how one becomes a parser."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Lark


def grammar_file(name: str) -> Path:
    """The file of a grammar: inside the package once installed, at the top of the tree in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "grammars" / name
    return installed if installed.exists() else package.parent / "grammars" / name


def load(name: str, *, start: str | tuple[str, ...] = "program", lexer: str = "basic", **options: Any) -> Lark:
    """An LALR parser for a grammar, from one start symbol or several.

    Building the parse table takes a hundred times as long as reading it back, so it is kept in the user's cache
    folder; where none can be written, it is built anew.
    """
    from lark import Lark

    starts = [start] if isinstance(start, str) else list(start)
    table = name if starts == ["program"] else f"{name}.{'-'.join(starts)}"
    return Lark(
        grammar_file(name).read_text(encoding="utf-8"),
        start=starts,
        parser="lalr",
        lexer=lexer,
        maybe_placeholders=False,
        cache=_cache_file(table) or False,
        **options,
    )


def _cache_file(name: str) -> str | None:
    """Where the table of a grammar is kept; None if there is no folder that belongs to this user alone.

    Lark unpickles the file, and whoever can write it can run code: so it is never in a folder that others can write,
    such as the shared temporary one.
    """
    given = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    try:
        base = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
        folder = base / "gradcli"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder / f"{name}.table") if _is_private(folder) and os.access(folder, os.W_OK) else None
    except (OSError, RuntimeError, ValueError):
        return None


def _is_private(folder: Path) -> bool:
    if not hasattr(os, "getuid"):  # Windows, where a user's folders are private by inheritance
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
