"""The instructor's key: problems, variants, empty sheets, mistakes of the instructor's own."""
