"""What only tests use."""

from __future__ import annotations

import os

ADDRESS = os.environ.get("GATEWAY_TEST_ADDRESS", "127.0.0.1:0")
