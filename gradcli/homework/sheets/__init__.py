"""Students' files: lines, numbers and when a number is right."""
