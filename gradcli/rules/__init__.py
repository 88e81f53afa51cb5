"""Every operation: its value, its local derivatives, its sign in a table."""
