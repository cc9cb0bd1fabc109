"""A small server that reads its environment; `envctl audit` is shown on it."""
