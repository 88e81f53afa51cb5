"""Answers become marks: as they stand, with the student's own numbers, and as a record."""
