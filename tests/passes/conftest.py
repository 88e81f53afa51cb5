"""Property tests draw the same graphs in every run, so that a failure is a failure for everyone."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "passes",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
