"""Find code that raises on values which the readers of a registry accept."""
