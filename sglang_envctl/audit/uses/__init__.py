"""Find how the code uses the environment: reads, readers, defaults and deprecated names."""
