"""From rules to what is reported: every environment and release, and what a project makes of it."""
