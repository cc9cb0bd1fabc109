"""Compare environments of many nodes: who they are, which are the same, and what differs by meaning."""
