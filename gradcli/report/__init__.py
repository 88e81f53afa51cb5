"""Everything that is shown or written: tables, numbers, JSON, Markdown, messages. No mathematics."""
