"""Turn rules into what is reported: for every environment and release, by a project's policy."""
