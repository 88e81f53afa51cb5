"""A whole class: many processes, a journal, statistics, comparisons."""
