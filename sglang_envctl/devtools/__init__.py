"""Tools for people who work on envctl. Nothing here is imported when envctl runs."""
