"""What was handed in, and by whom: files, folders, zips, tables, exports, rosters."""
