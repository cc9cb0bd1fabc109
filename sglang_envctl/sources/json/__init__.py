"""Parse JSON, and keep the line of every string."""
