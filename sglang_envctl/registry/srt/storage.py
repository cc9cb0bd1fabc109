"""SGLang: weights, caches on disk, and the KV cache's host memory."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, Choice, Int
from sglang_envctl.registry.variable import Computed, Outside, Section, Variable

SECTION = Section(slug="srt-storage", title="SGLang: storage", heading="Storage & Caching")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_WAIT_WEIGHTS_READY_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        default="120",
        summary="Seconds a server waits for its weights from a checkpoint engine",
        details=(
            "Increase it for large models: when the timeout expires, the server logs an error and "
            "warms up without the weights. Write a whole number: a value such as 120s or an empty "
            "string prevents every server from starting, because the HTTP server's module reads "
            "it at import. The timeout itself applies only with "
            "--checkpoint-engine-wait-weights-before-ready."
        ),
        example="600",
        relations=(Outside(needs="--checkpoint-engine-wait-weights-before-ready"),),
    ),
    _variable(
        name="SGLANG_DISABLE_OUTLINES_DISK_CACHE",
        type=Bool(),
        default="false",
        summary="Disable the on-disk cache of compiled grammars in Outlines",
        details=(
            "Pass --disable-outlines-disk-cache to a server instead: at startup the server "
            "overwrites this variable with 1 or 0 to match the flag. Your value applies only to "
            "programs that use the grammar code without a server; there the cache is disabled by "
            "default. The cache is known to fail if several processes share a file system with "
            "unreliable locking."
        ),
        example="1",
        relations=(
            Outside(
                needs="a program that does not start a server",
                note="a server overwrites the variable to match --disable-outlines-disk-cache",
            ),
        ),
        discrepancies=(
            "The docs say the default is false; the only code that reads it defaults to true.",
            (
                "The docs present it as a setting; the server overwrites it from "
                "--disable-outlines-disk-cache at startup."
            ),
        ),
    ),
    _variable(
        name="SGLANG_USE_CUSTOM_TRITON_KERNEL_CACHE",
        type=Bool(),
        default="false",
        summary="Use SGLang's own, faster lookup of compiled Triton kernels",
        details=(
            "Leave it unset: it is then on with CUDA and off on other platforms. A set value "
            "applies everywhere, so 0 disables it on CUDA too. The lookup saves some microseconds "
            "per launch, which matters for small batches. To change the location of Triton's "
            "cache files, set TRITON_CACHE_DIR."
        ),
        example="0",
        reads=(
            declared(
                "bool",
                1291,
                False,
                since="0.5.4.post2",
                default_rule="on with CUDA, off on other platforms",
            ),
        ),
        discrepancies=(
            (
                "The docs say the default is false and also that it is on with CUDA; in the code "
                "it is on with CUDA if unset, and an explicit false disables it."
            ),
        ),
    ),
    _variable(
        name="SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE",
        type=Int(unit="tokens"),
        default=Computed(
            words="Not set (uses --page-size)",
            rule="one page: the number of tokens given by --page-size",
        ),
        summary="New tokens between KV cache offloads on a decode server",
        details=(
            "Use a longer stride to copy less often, but more is then lost if the server fails. "
            "The value is rounded down to whole pages, with a minimum of one page; zero and "
            "negative numbers mean one page too. A value that is not a number logs a warning and "
            "counts as unset."
        ),
        example="256",
        relations=(
            Outside(needs="--disaggregation-decode-enable-offload-kvcache"),
            Outside(
                needs="--hicache-storage-backend",
                note="offloading without this option stops the server at startup (ValueError)",
            ),
        ),
        reads=(declared("int", 826, since="0.5.10", default_rule="one page (--page-size)"),),
    ),
    _variable(
        name="SGLANG_HICACHE_NIXL_USE_DIRECT_IO",
        type=Bool(),
        default="true",
        summary="Bypass the system's page cache for NIXL's cache files",
        details=(
            "Set it to 0 for a file system on which O_DIRECT is slow, or if the same pages are "
            "read again soon. By default, NIXL's files do not evict others from the page cache. "
            "Also set it to 0 for a file system that lacks O_DIRECT: SGLang uses buffered access "
            "only if the operating system lacks it, and otherwise logs an error for each file. A "
            "use_direct_io key in --hicache-storage-backend-extra-config takes precedence."
        ),
        example="0",
        relations=(
            Outside(
                needs="--hicache-storage-backend nixl",
                note="NIXL also requires a file plugin: POSIX, GDS, GDS_MT or 3FS",
            ),
        ),
    ),
    _variable(
        name="SGLANG_HUGEPAGE_SIZE",
        type=Choice(("2MB", "1GB"), exact=False),
        default=Computed(
            words="Not set (uses OS default page size)", rule="the system's normal pages"
        ),
        summary="Huge page size for KV cache in host memory",
        details=(
            "First reserve enough huge pages for the whole cache with vm.nr_hugepages or, for "
            "1GB, hugepagesz=1G hugepages=N on the kernel command line; otherwise SGLang logs an "
            "error and uses normal pages. Write 2MB or 1GB, case-insensitive; surrounding "
            "whitespace is stripped. 2M and 1G log a warning, and SGLang then uses normal pages. "
            "It has no effect on shared memory or on ROCm pools from hipHostMalloc."
        ),
        example="2MB",
        relations=(
            Outside(
                needs=(
                    "KV cache in host memory, such as with --enable-hierarchical-cache or on a "
                    "decode server that keeps the cache of retracted requests there"
                )
            ),
            Outside(needs="huge pages reserved on the host"),
        ),
    ),
)
