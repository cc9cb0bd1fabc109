"""Variables of the FlagOS plugin."""
