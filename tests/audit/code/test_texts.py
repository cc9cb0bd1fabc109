"""Functions are deferred by their text alone; what they read is found all the same."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from sglang_envctl.audit import audit

FILES = {
    "nothing odd": """
        def get(name):
            return os.getenv(name)

        def caller():
            get("FOUND")
        """,
    "parameters on several lines": """
        def get(
            name,
        ):
            return os.getenv(name)

        def caller(
            x=get("FOUND"),
        ):
            pass
        """,
    "brackets that end on the left": """
        def get(name):
            return os.getenv(name)

        def caller():
            x = [
        get("FOUND"),
            ]
        """,
    "a function inside a string": """
        def get(name):
            return os.getenv(name)

        def caller():
            text = '''
        def no():
            get("TEXT")
        '''
            get("FOUND")
        """,
    "quotes of a string in another and in a comment": """
        def get(name):
            return os.getenv(name)

        def caller():
            return '\"\"\"', 1  # \"\"\"

        def other(text=\"\"\"
        def no(): get("TEXT")
        \"\"\"):
            get("FOUND")
        """,
    "a quote in a comment": """
        def get(name):
            return os.getenv(name)

        def caller():
            # don't
            get("FOUND")
        """,
    "a continued line": """
        def get(name):
            return os.getenv(name)

        def caller():
            return 1 and \\
        get("FOUND")
        """,
    "a method, by its object": """
        class Reader:
            def __init__(self, prefix):
                self.prefix = prefix

            def read(self, name):
                return os.getenv(self.prefix + name)

        def caller():
            Reader("FO").read("UND")
        """,
    "a copy of the environment": """
        class Launcher:
            def __init__(self):
                self.copied = os.environ.copy()

            def port(self):
                return self.copied["FOUND"]
        """,
    "an import inside a function": """
        def caller():
            from os import getenv as g
            return g("FOUND")
        """,
    "functions under a condition": """
        def get(name):
            return os.getenv(name)

        if os.sep:
            async def caller(): get("FOUND")
        else:
            def caller(): pass
        """,
    "a default far below": """
        LEVEL = os.getenv("FOUND")

        def level():
            return "info" if LEVEL is None else LEVEL
        """,
}


@pytest.mark.parametrize("title", FILES)
def test_what_a_function_reads_is_found(tmp_path: Path, title: str) -> None:
    code = "import os\n" + dedent(FILES[title])
    (tmp_path / "odd.py").write_text(code, "utf-8")
    assert list(audit(tmp_path).names) == ["FOUND"]


def test_a_function_that_cannot_be_parsed_is_an_item_where_it_matters(tmp_path: Path) -> None:
    code = "import os\ndef get(n): return os.getenv(n)\ndef caller():\n    get('A') = =\n"
    (tmp_path / "odd.py").write_text(code, "utf-8")
    assert [item.source for item in audit(tmp_path).unreadable] == ["odd.py"]
