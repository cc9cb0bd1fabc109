"""The files that a script reads, writes and changes."""
