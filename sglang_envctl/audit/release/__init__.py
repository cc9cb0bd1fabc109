"""Treat SGLang as a release: the parts that are specific to its code and to the data about it."""
