"""SGLang: weights, caches on disk, and the KV cache's host memory."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import SRT_REFERENCE
from sglang_envctl.registry.srt import declared
from sglang_envctl.registry.types import Bool, Choice, Int
from sglang_envctl.registry.variable import Computed, Outside, Section, Variable

SECTION = Section(slug="srt-storage", title="SGLang: storage", heading="Storage & Caching")

_HIERARCHICAL = Outside(needs="--enable-hierarchical-cache")

_variable = partial(Variable, section=SECTION, owner="sglang", documents=(SRT_REFERENCE,))

VARIABLES = (
    _variable(
        name="SGLANG_WAIT_WEIGHTS_READY_TIMEOUT",
        type=Int(minimum=0, unit="seconds"),
        default="120",
        summary="How long a server waits for a checkpoint engine to bring its weights",
        details=(
            "Only with --checkpoint-engine-wait-weights-before-ready. When it runs out, the server "
            "logs an error and goes on to its warm-up with the weights it has, which are none: "
            "raise it for large models. It is read when the HTTP server's module is imported, "
            "whether the option is given or not, so a text that is no whole number, an empty one "
            "or 120s too, keeps any server from starting."
        ),
        example="600",
        relations=(Outside(needs="--checkpoint-engine-wait-weights-before-ready"),),
    ),
    _variable(
        name="SGLANG_DISABLE_OUTLINES_DISK_CACHE",
        type=Bool(),
        default="false",
        summary="Keep Outlines from caching compiled grammars on disk",
        details=(
            "In a server it is pointless: the start overwrites it with 1 or 0, as "
            "--disable-outlines-disk-cache says. It counts only for programs that use the grammar "
            "code without a server, and there the default is on. The cache is known to fail when "
            "several processes share a file system that locks badly."
        ),
        example="1",
        relations=(
            Outside(
                needs="no server",
                note="a server takes --disable-outlines-disk-cache and overwrites the variable",
            ),
        ),
        discrepancies=(
            "The page says the default is false; the only line that reads it falls back to true.",
            "The page presents it as a setting; the server overwrites it from "
            "--disable-outlines-disk-cache at start.",
        ),
    ),
    _variable(
        name="SGLANG_USE_CUSTOM_TRITON_KERNEL_CACHE",
        type=Bool(),
        default="false",
        summary="Find compiled Triton kernels by SGLang's own, quicker look-up",
        details=(
            "Saves some microseconds at each launch, which adds up when batches are small. Unset, "
            "CUDA has it and other platforms do not; set, it is what the text says, so 0 switches "
            "it off on CUDA too. The names of the files that Triton caches are no matter here: "
            "that is TRITON_CACHE_DIR."
        ),
        example="0",
        reads=(declared("bool", 1291, False, default_rule="on with CUDA, off everywhere else"),),
        discrepancies=(
            "The page says the default is false and then that CUDA has it on; unset is on with "
            "CUDA, and false written out is off.",
        ),
    ),
    _variable(
        name="SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE",
        type=Int(unit="tokens"),
        default=Computed(
            words="Not set (uses --page-size)", rule="one page, as many tokens as --page-size says"
        ),
        summary="After how many new tokens a decode server offloads its KV cache",
        details=(
            "Rounded down to whole pages, and never less than one page; 0 and negative numbers "
            "mean one page as well. Longer strides copy less often and lose more when the server "
            "goes down. A text that is no number warns and counts as unset."
        ),
        example="256",
        relations=(
            Outside(needs="--disaggregation-decode-enable-offload-kvcache"),
            _HIERARCHICAL,
        ),
        reads=(declared("int", 826, since="0.5.10", default_rule="one page (--page-size)"),),
    ),
    _variable(
        name="SGLANG_HICACHE_NIXL_USE_DIRECT_IO",
        type=Bool(),
        default="true",
        summary="Read and write NIXL's cache files past the system's page cache",
        details=(
            "Files are opened with O_DIRECT, so the cache does not push other files out of memory; "
            "where the file system refuses, buffered access takes over. A use_direct_io key in "
            "--hicache-storage-backend-extra-config comes first. Switch it off for a file system "
            "that answers O_DIRECT slowly, or where the same pages are read again soon."
        ),
        example="0",
        relations=(
            Outside(
                needs="--hicache-storage-backend nixl",
                note="with a plugin for files: POSIX, GDS, GDS_MT or 3FS",
            ),
        ),
    ),
    _variable(
        name="SGLANG_HUGEPAGE_SIZE",
        type=Choice(("2MB", "1GB"), exact=False),
        default=Computed(
            words="Not set (uses OS default page size)", rule="the system's ordinary pages"
        ),
        summary="Put the KV cache in host memory on huge pages of this size",
        details=(
            "The pages have to be set aside on the host first (vm.nr_hugepages, or hugepagesz=1G "
            "on the kernel's command line), enough for the whole cache. Without them the log has "
            "an error and ordinary pages are used; 2M or 1G draw a warning and do the same. Upper "
            "and lower case and blanks around it do not matter. It has no effect on memory that "
            "is shared, nor on ROCm pools from hipHostMalloc."
        ),
        example="2MB",
        relations=(_HIERARCHICAL, Outside(needs="huge pages reserved on the host")),
    ),
)
