"""Build the release data from published wheels. Not imported when envctl runs."""
