"""All files of a folder, in an order that no machine and no language setting changes."""

from __future__ import annotations

import os
from pathlib import Path

from gradcli.homework.submissions.names import natural
from gradcli.language import GradcliError

_MADE_BY_SYSTEMS = frozenset({"__macosx", "thumbs.db", "desktop.ini", ".ds_store"})


def walk(folder: Path, most: int) -> tuple[list[tuple[str, ...]], list[str]]:
    """The files in a folder and in the folders in it, each as its parts, and the hidden ones that are left out.

    Links are not followed, but listed as if they were files; so are pipes, devices, and folders that cannot be looked
    into: reading them says why they are not read.

    Raises:
        GradcliError: there are more than `most` files.
    """
    files: list[tuple[str, ...]] = []
    hidden: list[str] = []
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        parts = waiting.pop()
        try:
            with os.scandir(folder.joinpath(*parts)) as entries:
                for entry in entries:
                    if is_hidden(entry.name):
                        if not is_made_by_system(entry.name):
                            hidden.append("/".join((*parts, entry.name)))
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append((*parts, entry.name))
                    else:
                        files.append((*parts, entry.name))
        except OSError:
            files.append(parts or (".",))
        if len(files) + len(waiting) > most:
            raise GradcliError("too-large", f"there are more than {most:,} files in the folder",
                               hint="check one folder of homework at a time")  # fmt: skip
    files.sort(key=lambda parts: [natural(part) for part in parts])
    return files, sorted(hidden, key=natural)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is not meant to be seen: hidden ones, those of systems, locks of Office."""
    return name.startswith((".", "~$")) or is_made_by_system(name)


def is_made_by_system(name: str) -> bool:
    """Whether a system puts such a file or folder beside others without being asked."""
    return name.casefold() in _MADE_BY_SYSTEMS or name.startswith("._")
