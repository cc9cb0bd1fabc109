"""Variables of MetaX containers."""
