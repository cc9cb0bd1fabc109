"""Parse JSON so that every string knows its line."""
