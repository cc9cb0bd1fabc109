"""The uploader's variables. What botocore refuses, botocore's own checks say."""

from __future__ import annotations

import ast
import re
import sys
from functools import cached_property
from types import ModuleType
from typing import Any
from urllib.parse import urlparse, urlsplit

from tests.conformance.child.wheel import Standin, Wheel

_STORAGE = "sglang/multimodal_gen/runtime/entrypoints/openai/storage.py"
_CHECKS = ("is_valid_ipv6_endpoint_url", "is_valid_endpoint_url", "is_valid_uri")


class Storage:
    """Probes of `SGLANG_CLOUD_STORAGE_TYPE` and `SGLANG_S3_*`."""

    def __init__(self, sglang: Wheel, botocore: Wheel) -> None:
        self._sglang = sglang
        self._botocore = botocore

    def enabled(self, _name: str) -> object:
        uploader, _ = self._uploader()
        return "s3" if uploader.enabled else None

    def bucket(self, _name: str) -> object:
        uploader, _ = self._uploader()
        return uploader.bucket_name if uploader.enabled else None

    def credential(self, name: str) -> object:
        return self._uploader()[1][f"aws_{name.removeprefix('SGLANG_S3_').lower()}"]

    def endpoint(self, _name: str) -> object:
        """The address that boto3 is given, as long as botocore takes it."""
        url = self._uploader()[1]["endpoint_url"]
        if url is not None:
            self._check_endpoint(url)
        return url

    def region(self, _name: str) -> object:
        """The region that boto3 is given, as long as botocore takes it and the address it makes."""
        region = self._uploader()[1]["region_name"]
        if region is not None:
            self._checks["validate_region_name"](region)
            self._check_endpoint(f"https://s3.{region}.amazonaws.com")
        return region

    def _uploader(self) -> tuple[Any, dict[str, Any]]:
        """The uploader, and what it hands to a boto3 that takes everything."""
        handed: dict[str, Any] = {}

        def client(_service: str, **named: object) -> Standin:
            handed.update(named)
            return Standin()

        boto3 = ModuleType("boto3")
        boto3.client = client  # type: ignore[attr-defined]
        sys.modules["boto3"] = boto3
        return self._sglang.run(_STORAGE)["CloudStorage"](), handed

    def _check_endpoint(self, url: str) -> None:
        if not self._checks["is_valid_uri"](url):
            raise ValueError("Invalid endpoint")

    @cached_property
    def _checks(self) -> dict[str, Any]:
        """botocore's functions that judge an address and a region, with the patterns they use."""
        names: dict[str, Any] = {"re": re, "urlparse": urlparse, "urlsplit": urlsplit}
        names["InvalidRegionError"] = lambda **region: ValueError(region)
        compat = "botocore/compat.py"
        patterns: list[ast.stmt] = [
            step
            for step in self._botocore.tree(compat).body
            if isinstance(step, ast.Assign)
            and isinstance(step.targets[0], ast.Name)
            and re.search("_PAT$|^IPV._|^UNSAFE|^_subs$|^_variations$", step.targets[0].id)
        ]
        exec(compile(ast.Module(patterns, []), compat, "exec"), names)  # noqa: S102
        for check in (*_CHECKS, "validate_region_name"):
            names[check] = self._botocore.function("botocore/utils.py", check, names)
        return names
