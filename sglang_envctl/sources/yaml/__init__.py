"""Parse YAML with the line of every value, and determine the types of plain scalars."""
