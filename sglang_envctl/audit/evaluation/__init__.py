"""Work out the values that an expression may have, without running it."""
