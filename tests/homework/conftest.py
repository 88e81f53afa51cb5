"""Settings of the property-based tests of this room."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("homework", derandomize=True, deadline=None, max_examples=100, database=None)
settings.load_profile("homework")
