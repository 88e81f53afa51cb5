"""Problems, solved: their nodes, what can be asked of them, and the truth."""
