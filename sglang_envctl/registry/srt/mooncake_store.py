"""SGLang with Mooncake's store: the KV cache's and the embeddings' third level."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import EPD, HICACHE
from sglang_envctl.registry.types import Choice, Float, Text
from sglang_envctl.registry.variable import Outside, Read, Section, Variable

SECTION = Section(
    slug="hicache", title="SGLang: HiCache and Mooncake", heading="SGLang HiCache Best Practices"
)
ENCODERS = Section(slug="epd", title="SGLang: EPD disaggregation", heading="EPD Disaggregation")

_STORE = "sglang/srt/mem_cache/storage/mooncake_store/mooncake_store.py"
_WITH_MOONCAKE = Outside(
    needs="--hicache-storage-backend mooncake, or --enable-mm-global-cache",
    note=(
        "a configuration file (SGLANG_HICACHE_MOONCAKE_CONFIG_PATH) or extra config that names "
        "the master takes the place of the variables"
    ),
)

_variable = partial(
    Variable, section=SECTION, owner="sglang", documents=(HICACHE, EPD), relations=(_WITH_MOONCAKE,)
)


VARIABLES = (
    _variable(
        name="SGLANG_HICACHE_L3_STAGING_RESERVE_RATIO",
        documents=(HICACHE,),
        type=Float(minimum=0, maximum=1),
        default="0",
        summary="Share of the host cache kept free for traffic with the storage behind it",
        details=(
            "The page describes code that is newer than 0.5.23: there, a number from 0 to just "
            "below 1 keeps that share of every host pool for pages on their way to or from "
            "storage, and 1 or more stops the start. No release up to 0.5.23 reads it."
        ),
        example="0.1",
        relations=(Outside(needs="--enable-hierarchical-cache and a storage back-end"),),
        discrepancies=(
            "The page documents it; no release up to 0.5.23 reads it, only newer code does.",
        ),
    ),
    _variable(
        name="MOONCAKE_TE_META_DATA_SERVER",
        type=Text(),
        summary="Where Mooncake's nodes find one another: a metadata server, or nothing",
        details=(
            "P2PHANDSHAKE, which SGLang takes when it is unset, needs no server: nodes ask one "
            "another. Otherwise the address of the one that mooncake_master or etcd offers, "
            "http://10.0.0.5:8080/metadata for example, the same on all nodes. Empty is not unset "
            "and names no server at all."
        ),
        example="http://10.0.0.5:8080/metadata",
    ),
    _variable(
        name="MOONCAKE_GLOBAL_SEGMENT_SIZE",
        type=Choice(("4gb", "4294967296"), open=True),
        summary="Memory that each rank of this server gives to the shared store",
        details=(
            "A whole number of bytes, or of gigabytes with gb behind it: 4gb, the default. mb, g, "
            "GiB and 0.5gb are not understood, and the store does not start (ValueError). It is "
            "taken by every tensor-parallel rank and comes on top of the host cache, so 8 ranks "
            "with 4gb take 32. 0 makes a server that uses the store and gives nothing. Releases "
            "up to 0.5.5.post3 take bytes only."
        ),
        example="4gb",
        reads=(
            Read(reader="mooncake.size", where=f"{_STORE}:217", since="0.5.6", default=4294967296),
            Read(reader="raw.int", where=f"{_STORE}:99", until="0.5.5.post3", default=4294967296),
        ),
    ),
    _variable(
        name="MOONCAKE_PROTOCOL",
        type=Choice(("rdma", "tcp", "efa"), open=True),
        summary="How Mooncake moves data: rdma, tcp, or efa on AWS",
        details=(
            "Unset, it is rdma from 0.5.13 on and tcp before, so an upgrade can turn a working "
            "set-up without RDMA cards into one that does not start: write tcp there. From 0.5.13 "
            "the transfer between prefill and decode servers obeys it as well. With efa, "
            "expandable_segments in PyTorch's allocator and a custom memory pool stop the start."
        ),
        example="rdma",
    ),
    _variable(
        name="MOONCAKE_DEVICE",
        documents=(HICACHE,),
        type=Text(),
        summary="The network cards that Mooncake's store uses",
        details=(
            "Names separated by commas, as ibv_devices prints them; empty or unset lets Mooncake "
            "look for itself. From 0.5.6 a JSON object gives each tensor-parallel rank its own, "
            "and a rank that it does not name gets none. The cards of the transfer between "
            "prefill and decode are --disaggregation-ib-device's business."
        ),
        example="mlx5_0,mlx5_1",
    ),
    _variable(
        name="MOONCAKE_MASTER",
        type=Text(),
        summary="Address of Mooncake's master, which knows where each page lies",
        details=(
            "host:port of a running mooncake_master, the same for all servers that share a cache. "
            "Without it, and without MOONCAKE_CLIENT, a configuration file or extra config that "
            "names the master, the storage back-end does not start. Empty counts as set, and the "
            "connection then fails."
        ),
        example="10.0.0.5:50051",
    ),
    Variable(
        name="SGLANG_ENCODER_MM_RECEIVER_MODE",
        section=ENCODERS,
        owner="sglang",
        documents=(EPD,),
        type=Choice(("grpc",), also=("http",)),
        summary="How a prefill server talks to its encoder servers: http or grpc",
        details=(
            "Unset, it is http. It has to match the addresses in --encoder-urls: grpc with "
            "http:// addresses, or http with grpc:// ones, stops the start with ValueError, and "
            "so does any other word, GRPC too."
        ),
        example="grpc",
        relations=(Outside(needs="--encoder-urls that begin with grpc://"),),
        discrepancies=("The page names grpc only; the code takes http, its default, too.",),
    ),
)
