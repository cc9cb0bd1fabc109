"""Parse YAML with the line of every value, and the rules by which a plain scalar gets its type."""
