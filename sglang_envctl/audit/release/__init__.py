"""Handle SGLang as a release: what is particular to its code, and to the data about it."""
