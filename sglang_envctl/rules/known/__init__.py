"""What rules know besides the settings of an environment."""
