"""Compare the environments of many nodes: identify the nodes, group equal ones, and find
differences in meaning.
"""
