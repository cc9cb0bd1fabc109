"""Plain functions for strings: escaping, words for true and false, spelling suggestions."""
