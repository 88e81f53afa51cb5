"""How much of what strangers write is read: beyond these sizes there is a clear refusal."""

from __future__ import annotations

LARGEST_FILE = 1024 * 1024
"""Bytes that a student's file or an instructor's key may have."""

MOST_LINES = 10_000
"""Lines that a student's file may have."""

LONGEST_LINE = 2_000
"""Characters that a line of a student's file may have."""

LONGEST_NUMBER = 64
"""Characters that a number may have."""

LARGEST_EXPONENT = 400
"""The largest power of ten in a number, and the smallest with a minus: `Fraction("1e10000000")` takes seconds."""

DEEPEST = 8
"""Brackets within brackets that an array may have."""

MOST_ENTRIES = 10_000
"""Numbers that one array may have."""

LONGEST_WRITTEN = 200_000
"""Characters that one written array may have: as many numbers as it may have, at twenty characters each."""
