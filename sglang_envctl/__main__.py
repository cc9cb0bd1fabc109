"""`python -m sglang_envctl`."""

from sglang_envctl.cli import main

main()
