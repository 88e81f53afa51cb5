"""Whether a key is a good one: mistakes that would go unseen, and better points."""
