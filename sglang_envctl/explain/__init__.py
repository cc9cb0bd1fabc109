"""The pages that `envctl explain` prints, as data: what to say, not how to draw it."""
