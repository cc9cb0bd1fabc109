"""Tools for developers of envctl, which are not imported when envctl runs."""
