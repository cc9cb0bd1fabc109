"""JSON in which every string knows its line."""
