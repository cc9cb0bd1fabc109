"""`envctl`, and `python -m sglang_envctl`.

Signals are handled first, because importing the rest takes longer than some people wait. Garbage is
never collected, because the program exits before that is worth it.
"""

from __future__ import annotations

import gc
import os
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Run the command line and exit with its code."""
    gc.disable()
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup, or a job in the background
            signal.signal(number, _end)
    from sglang_envctl.cli import main as run

    try:
        run()
    finally:
        gc.freeze()  # nor does Python need to look for any at exit


def _end(number: int, frame: object) -> None:
    """End at once, because nothing has been done yet."""
    del frame
    os.write(2, b"envctl: interrupted\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
