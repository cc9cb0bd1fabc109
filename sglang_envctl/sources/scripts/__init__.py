"""Shell scripts, read and never run: their grammar, their words, what they set and what they start."""
