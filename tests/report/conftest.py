"""Property tests draw the same points in every run, so that a failure is a failure for everyone."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("report", derandomize=True, deadline=None, max_examples=200, database=None)
