"""Marked homework as it is shown or written: faces, JSON, tables, Markdown, grade books. Records in, text out."""
