"""What the server takes from its environment."""

from __future__ import annotations

import os
import warnings


def flag(name: str, default: str = "false") -> bool:
    return os.getenv(name, default).lower() in ("1", "true")


if "GATEWAY_THREADS" in os.environ:
    warnings.warn("GATEWAY_THREADS is deprecated, use GATEWAY_WORKERS", stacklevel=2)
    os.environ["GATEWAY_WORKERS"] = os.environ["GATEWAY_THREADS"]

PORT = int(os.environ.get("GATEWAY_PORT", "8080"))
WORKERS = int(os.environ.get("GATEWAY_WORKERS", "4"))
COMPRESS = flag("GATEWAY_COMPRESS", "true")
TIMEOUT = float(os.environ.get("GATEWAY_TIMEOUT", "30"))
EXTRA = {name: os.getenv(name) for name in os.environ.get("GATEWAY_PASS", "").split(",")}
