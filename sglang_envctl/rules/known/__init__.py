"""What rules know beside the settings of an environment."""
