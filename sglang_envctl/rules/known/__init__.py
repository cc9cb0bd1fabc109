"""Knowledge that rules need besides the settings of an environment."""
