"""Plain functions over text: escaping, words that mean true or false, spelling suggestions."""
