"""Read the code of a target: files, syntax trees, names, and the names in compiled parts."""
