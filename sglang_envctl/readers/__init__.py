"""The runtime grammars: how running code reads a value.

A reader is a pure function `(text, default) -> Reading`. It behaves in every detail like the code
that it models, so it makes the same calls (`int`, `float`, `str.lower`) and no others. `envctl
explain` prints its docstring as the grammar.
"""

from __future__ import annotations

from sglang_envctl.readers import diffusion, flagos, neighbors, srt
from sglang_envctl.readers.reading import Outcome, Reader, Reading

__all__ = ["READERS", "Outcome", "Reader", "Reading", "find", "grammar"]

READERS: dict[str, Reader] = {
    "srt.bool": srt.env_bool,
    "srt.int": srt.env_int,
    "srt.float": srt.env_float,
    "srt.text": srt.env_text,
    "srt.tuple": srt.env_tuple,
    "srt.json": srt.env_json,
    "srt.get-bool": srt.get_bool,
    "srt.get-int": srt.get_int,
    "srt.plugins": srt.plugins,
    "diffusion.bool": diffusion.boolean,
    "diffusion.bool-int": diffusion.boolean_int,
    "diffusion.int": diffusion.integer,
    "diffusion.float": diffusion.floating,
    "diffusion.text": diffusion.text,
    "diffusion.path": diffusion.path,
    "diffusion.path-or-unset": diffusion.path_or_unset,
    "diffusion.fp4-backend": diffusion.fp4_backend,
    "diffusion.fp4-backend-0.5.10": diffusion.fp4_backend_0_5_10,
    "diffusion.true-only": diffusion.true_only,
    "diffusion.scm-bins": diffusion.scm_bins,
    "diffusion.scm-preset": diffusion.scm_preset,
    "diffusion.scm-policy": diffusion.scm_policy,
    "storage.s3-only": diffusion.s3_only,
    "storage.endpoint": diffusion.s3_endpoint,
    "storage.region": diffusion.s3_region,
    "raw.text": diffusion.text,
    "raw.text-or-unset": diffusion.text_or_unset,
    "raw.path-or-unset": diffusion.literal_path_or_unset,
    "kernel-api.int": diffusion.kernel_api_level,
    "kernel-api.destination": diffusion.kernel_api_destination,
    "kernel-api.path": diffusion.kernel_api_path,
    "kernel-api.patterns": diffusion.patterns,
    "flagos.bool": flagos.boolean,
    "flagos.is-one": flagos.is_one,
    "flagos.text": flagos.text,
    "flagos.prefer": flagos.prefer,
    "flagos.list": flagos.items,
    "flagos.whitelist": flagos.whitelist,
    "flagos.per-op": flagos.per_op,
    "flagos.level": flagos.level,
    "flagos.platform": flagos.platform,
    "flagos.path": flagos.path,
    "flagos.config-file": flagos.path,
    "flagos.backend": flagos.backend,
    "flagos.flagcx-path": flagos.flagcx_path,
    "sglang-kernel.all-reduce": neighbors.all_reduce,
    "torch.is-one": neighbors.is_one,
    "torch.config": neighbors.torch_config,
    "torch.interfaces": neighbors.interfaces,
    "nvshmem.bool": neighbors.nvshmem_bool,
    "nvshmem.size": neighbors.nvshmem_size,
    "mooncake.size": neighbors.mooncake_size,
    "dynamo.log-filter": neighbors.log_filter,
    "dynamo.urls": neighbors.urls,
    "dynamo.nats": neighbors.nats,
    "rustup.url": neighbors.rustup_url,
    "os.path-list": neighbors.path_list,
    "nccl.int": neighbors.nccl_int,
    "nccl.interfaces": neighbors.nccl_interfaces,
    "nccl.level": neighbors.nccl_level,
    "hf.bool": neighbors.hf_bool,
    "xet.bool": neighbors.xet_bool,
    "hf.int": neighbors.hf_int,
    "hf.path": neighbors.hf_path,
    "hf.token": neighbors.hf_token,
    "hf.endpoint": neighbors.hf_endpoint,
    "net.proxy": neighbors.proxy,
    "net.no-proxy": neighbors.no_proxy,
    "torch.devices": neighbors.torch_devices,
    "ascend.devices": neighbors.ascend_devices,
    "mooncake.int": neighbors.c_int,
    "mooncake.positive-int": neighbors.c_positive_int,
    "declared": neighbors.declared,
    "compiled": neighbors.compiled,
    "unknown": neighbors.unknown,
}


def find(name: str) -> Reader:
    """Return the reader with a name: one of READERS, one that lists the steps of the code, or
    "unknown".
    """
    if name in READERS:
        return READERS[name]
    from sglang_envctl.readers import raw

    main, unless, first = name.partition(" unless ")
    if unless:
        return raw.told_apart(find(main), find(first))
    for how in ("perhaps", "only"):
        main, checked, checks = name.partition(f" {how} ")
        if checked:
            return raw.checked(find(main), checks, certain=how == "only")
    return raw.reader(name) or READERS["unknown"]


def grammar(name: str) -> str:
    """Return the grammar of a reader, in words: its docstring on one line."""
    return " ".join((find(name).__doc__ or "").split())
