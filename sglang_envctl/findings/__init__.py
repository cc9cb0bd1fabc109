"""Apply the rules to every environment and release, and apply a project's policy to the findings."""
