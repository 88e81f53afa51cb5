"""Property tests draw the same formulas in every run, so that a failure is a failure for everyone."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("language", derandomize=True, deadline=None, max_examples=150, database=None,
                          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
