"""Environments of many nodes: who they are, which of them are the same, and what differs by meaning."""
