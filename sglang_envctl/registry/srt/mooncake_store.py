"""SGLang with Mooncake's store: the third cache level for KV cache and embeddings."""

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
        "a configuration file (SGLANG_HICACHE_MOONCAKE_CONFIG_PATH) or "
        "--hicache-storage-backend-extra-config with a master or client replaces the variables"
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
        summary="Share of the host cache reserved for storage transfers (has no effect)",
        details=(
            "Remove it: no release up to 0.5.23 reads it. In newer code, a number from 0 to just "
            "below 1 reserves that share of every host pool for pages that are moved to or from "
            "storage, and 1 or more stops the server at startup."
        ),
        example="0.1",
        relations=(Outside(needs="--enable-hierarchical-cache and a storage backend"),),
        discrepancies=(
            "The docs describe it; no release up to 0.5.23 reads it, and only newer code does.",
        ),
    ),
    _variable(
        name="MOONCAKE_TE_META_DATA_SERVER",
        type=Text(),
        summary="Metadata server through which Mooncake's nodes find each other",
        details=(
            "Leave it unset for SGLang's default, P2PHANDSHAKE, which needs no server: the nodes "
            "exchange their metadata directly. Otherwise give the address of the metadata server "
            "that mooncake_master or etcd provides, for example http://10.0.0.5:8080/metadata, "
            "the same on all nodes. An empty string does not count as unset: it names no server "
            "at all."
        ),
        example="http://10.0.0.5:8080/metadata",
    ),
    _variable(
        name="MOONCAKE_GLOBAL_SEGMENT_SIZE",
        type=Choice(("4gb", "4294967296"), open=True),
        summary="Memory that this server contributes to the shared store",
        details=(
            "Write a whole number of bytes, or of gigabytes with the suffix gb (since "
            "0.5.3.post2), such as the default 4gb; mb, g, GiB and 0.5gb raise a ValueError and "
            "the store does not start. The memory is in addition to the host cache. The "
            "tensor-parallel ranks share it (before 0.5.3, each rank took the full amount), and "
            "since 0.5.19 the pipeline stages too: 8 ranks with 4gb take 4 GB in total. With data "
            "parallelism, each replica takes this much. With 0, the server uses the store but "
            "contributes no memory."
        ),
        example="4gb",
        reads=(
            Read(
                reader="mooncake.size",
                where=f"{_STORE}:217",
                since="0.5.3.post2",
                default=4294967296,
            ),
            Read(
                reader="raw.int",
                where=f"{_STORE}:99",
                since="0.4.10",
                until="0.5.3.post1",
                default=4294967296,
            ),
        ),
    ),
    _variable(
        name="MOONCAKE_PROTOCOL",
        type=Choice(("rdma", "tcp", "efa"), open=True),
        summary="Protocol of Mooncake's data transfers: rdma, tcp, or efa on AWS",
        details=(
            "Set it to tcp on hosts without RDMA cards: the default is rdma since 0.5.13 and was "
            "tcp before, so the server may fail to start after an upgrade. Since 0.5.13 the "
            "protocol also applies to transfers between prefill and decode servers. Since 0.5.21, "
            "efa together with expandable_segments in PyTorch's allocator or with the memory pools "
            "NVLINK and BAREX stops a prefill or decode server at startup."
        ),
        example="rdma",
        relations=(
            Outside(
                needs="Mooncake, as the store or for transfers between servers",
                note=(
                    "for the store, a protocol in its configuration file or in "
                    "--hicache-storage-backend-extra-config takes precedence"
                ),
            ),
        ),
    ),
    _variable(
        name="MOONCAKE_DEVICE",
        documents=(HICACHE,),
        type=Text(),
        summary="Network cards for Mooncake's store",
        details=(
            "Give names separated by commas, as ibv_devices prints them; if the variable is "
            "empty or unset, Mooncake chooses. Since 0.5.6 a JSON object can give each "
            "tensor-parallel rank its own cards; for a rank that is missing from the object, "
            "Mooncake chooses too. The variable, but not as JSON, also applies to weights that "
            "one server sends to another through Mooncake. For transfers between prefill and "
            "decode servers, use --disaggregation-ib-device instead."
        ),
        example="mlx5_0,mlx5_1",
    ),
    _variable(
        name="MOONCAKE_MASTER",
        type=Text(),
        summary="Address of the Mooncake master, which records where each page is stored",
        details=(
            "Give host:port of a running mooncake_master, the same for all servers that share a "
            "cache. Without it, the storage backend does not start unless MOONCAKE_CLIENT, a "
            "configuration file or --hicache-storage-backend-extra-config names the master. An "
            "empty string counts as set, and the connection then fails."
        ),
        example="10.0.0.5:50051",
    ),
    Variable(
        name="SGLANG_ENCODER_MM_RECEIVER_MODE",
        section=ENCODERS,
        owner="sglang",
        documents=(EPD,),
        type=Choice(("grpc",), also=("http",)),
        summary="Protocol between a prefill server and its encoder servers: http or grpc",
        details=(
            "Match it to the addresses in --encoder-urls: grpc with http:// addresses, or http "
            "with grpc:// addresses, stops the server at startup with a ValueError. So does any "
            "other value, including GRPC. The default is http."
        ),
        example="grpc",
        relations=(Outside(needs="--encoder-urls that begin with grpc://"),),
        discrepancies=("The docs list only grpc; the code also accepts http, its default.",),
    ),
)
