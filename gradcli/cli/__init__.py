"""The command line: one file a command. Each reads its arguments, calls one function below, and prints its report."""
