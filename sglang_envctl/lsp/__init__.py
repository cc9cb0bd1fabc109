"""The language server, which shows findings and help about a document while the user edits it.

`server` handles the protocol, `session` keeps the open documents, `analysis` checks a document, and
each of the other modules answers one kind of request about it.
"""
