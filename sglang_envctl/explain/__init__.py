"""The pages that `envctl explain` prints, as data without layout."""
