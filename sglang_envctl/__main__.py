"""`envctl`, and `python -m sglang_envctl`.

Signals are handled first, because importing the rest takes long enough for a user to interrupt it.
Garbage collection is off, because the program exits before it would pay off, and the process ends
without freeing its objects one by one.
"""

from __future__ import annotations

import gc
import os
import sys


def _end(number: int, frame: object) -> None:
    """Exit immediately, because there is nothing to clean up."""
    del frame
    os.write(2, b"envctl: interrupted\n")
    os._exit(128 + number)


try:
    import signal
    from contextlib import suppress
except KeyboardInterrupt:
    _end(2, None)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Run the command line and exit with its code."""
    gc.disable()
    _end_at_signals()
    from sglang_envctl.cli import main as run
    from sglang_envctl.cli.outcome import StoppedError

    try:
        run()
    except SystemExit as end:
        _leave(end.code)
    except (KeyboardInterrupt, StoppedError) as stopped:  # when all is done, or once more
        _end(getattr(stopped, "number", signal.SIGINT), None)


def _end_at_signals() -> None:
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup, or a job in the background
            signal.signal(number, _end)


def _leave(code: object) -> None:
    """Flush all output, then exit immediately."""
    _end_at_signals()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError, ValueError):  # closed, or nobody reads it
            stream.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
