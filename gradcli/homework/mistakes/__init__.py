"""What went wrong: the mistakes that students make in a backward pass, and which of them gives a written number."""
