"""The reference pages that `envctl reference` writes: a static site, or Markdown."""
