"""python-dotenv, which is who reads a .env file unless somebody else is named."""

from sglang_envctl.sources.dotenv import read

__all__ = ["read"]
