"""The language server, which shows findings and help about a document while it is edited.

`server` speaks the protocol, `session` holds what is open, `analysis` checks a document, and each of
the other modules answers one kind of question about it.
"""
