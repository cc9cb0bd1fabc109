"""JSON with the line of every value."""
