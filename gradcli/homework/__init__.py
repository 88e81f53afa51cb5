"""Homework: what students write, what instructors ask, and how the one is marked by the other."""
