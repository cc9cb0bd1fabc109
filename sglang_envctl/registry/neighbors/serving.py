"""SGLang: single names from pages on models, caches, storage and networks."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import (
    AMD_GPU,
    COMPILE_CACHE,
    DYNAMIC_BATCHING,
    OBJECT_STORAGE,
    VIT_CUDA_GRAPH,
)
from sglang_envctl.registry.types import Bool, Int, Path, Text, Url
from sglang_envctl.registry.variable import Outside, Read, Requires, Section, Variable

STORAGE = Section(
    slug="object-storage",
    title="SGLang: models in object storage",
    heading="Loading Models from Object Storage",
)
BATCHING = Section(
    slug="diffusion-batching", title="Diffusion: batching", heading="Inference Batching"
)
VISION = Section(
    slug="vit-cuda-graph",
    title="SGLang: vision encoders",
    heading="Cuda Graph for Multi-Modal Encoder in SGLang",
)
COMPILING = Section(
    slug="compile-cache",
    title="SGLang: torch.compile",
    heading="Enabling cache for torch.compile",
)
AMD = Section(slug="amd-gpu", title="SGLang: AMD GPUs", heading="AMD GPUs")

_WORKER = "sglang/multimodal_gen/runtime/managers/gpu_worker.py"
_FROM_S3 = Outside(needs="a model path that begins with s3://", note="and runai-model-streamer")

_aws = partial(Variable, section=STORAGE, owner="aws", documents=(OBJECT_STORAGE,))

VARIABLES = (
    _aws(
        name="AWS_ENDPOINT_URL",
        type=Url(),
        summary="Address of the object store, where it is not AWS itself",
        details=(
            "For MinIO, Ceph and other stores that speak S3. SGLang copies it to "
            "RUNAI_STREAMER_S3_ENDPOINT for the weights unless that is set, and boto3 reads it for "
            "the configuration files. An empty text is copied too, so leave it out for AWS. It is "
            "one address for everything that speaks S3 in the process."
        ),
        example="https://minio.example.org:9000",
        relations=(_FROM_S3,),
        reads=(Read(reader="raw.text", where="sglang/srt/model_loader/weight_utils.py:1720"),),
    ),
    _aws(
        name="AWS_ACCESS_KEY_ID",
        type=Text(),
        secret=True,
        summary="Access key for the object store",
        details=(
            "Goes with AWS_SECRET_ACCESS_KEY. On AWS a role of the machine or the pod is better "
            "than a key in the environment. SGLang does not look at it; boto3 and the model "
            "streamer do."
        ),
        relations=(
            Requires(
                other="AWS_SECRET_ACCESS_KEY",
                consequence="boto3 takes one without the other for a mistake and gives up",
            ),
        ),
        reads=(Read(reader="unknown", where="botocore, and the model streamer's S3 client"),),
    ),
    _aws(
        name="AWS_SECRET_ACCESS_KEY",
        type=Text(),
        secret=True,
        summary="Secret half of the access key for the object store",
        details=(
            "Goes with AWS_ACCESS_KEY_ID. Keep it out of files that are committed: a container "
            "platform's secret store is the place for it. A newline behind it, as echo leaves one "
            "in a mounted secret, makes every signature wrong."
        ),
        relations=(
            Requires(
                other="AWS_ACCESS_KEY_ID",
                consequence="without the key's name the secret is not used",
                level="info",
            ),
        ),
        reads=(Read(reader="unknown", where="botocore, and the model streamer's S3 client"),),
    ),
    _aws(
        name="AWS_EC2_METADATA_DISABLED",
        type=Bool(),
        summary="Do not ask EC2's metadata service for credentials",
        details=(
            "Off AWS nobody answers there, and each look-up costs seconds before it gives up. "
            "botocore takes true in any case and nothing else: 1 and yes leave the look-up on."
        ),
        example="true",
        relations=(_FROM_S3,),
        reads=(Read(reader="raw.lower-equals:true", where="botocore/utils.py:434", default=False),),
    ),
    Variable(
        name="SGLANG_DIFFUSION_BATCH_MEMORY_CACHE",
        section=BATCHING,
        owner="sglang-diffusion",
        documents=(DYNAMIC_BATCHING,),
        type=Path(directory=True, expands_home=True),
        default="~/.cache/sglang/diffusion_batch_memory",
        summary="Directory of the measured memory needs of batches, for diffusion",
        details=(
            "The page describes code that is newer than 0.5.23: there, the option "
            "--batching-memory-profile-cache auto keeps its measurements in this directory, so "
            "that the next start knows how many requests fit one batch. No release up to 0.5.23 "
            "reads it."
        ),
        example="/data/diffusion-batch-memory",
        relations=(Outside(needs="--batching-memory-profile-cache auto"),),
        discrepancies=(
            "The page documents it; no release up to 0.5.23 reads it, only newer code does.",
        ),
    ),
    Variable(
        name="SGLANG_VIT_ENABLE_CUDA_GRAPH",
        section=VISION,
        owner="sglang",
        documents=(VIT_CUDA_GRAPH,),
        type=Bool(),
        summary="Run the vision encoder of multi-modal models as CUDA graphs",
        details=(
            "Saves launches for images of sizes that come again; each new size is captured first "
            "and takes GPU memory that --mem-fraction-static does not know of. Qwen2.5-VL, "
            "Qwen3-VL, InternVL and Kimi-K3 capture graphs. The attention layers of other vision "
            "models see the switch as well and expect a graph that nobody made: the first image "
            "can end in RuntimeError, output_ws should be prepared."
        ),
        example="1",
        relations=(Outside(needs="an NVIDIA GPU and a model that supports it"),),
    ),
    Variable(
        name="TORCHINDUCTOR_CACHE_DIR",
        section=COMPILING,
        owner="torch",
        documents=(COMPILE_CACHE,),
        type=Path(directory=True),
        summary="Directory of what torch.compile has compiled",
        details=(
            "Copy it to other machines of the same hardware and versions, and they start without "
            "compiling. Unset, PyTorch uses a temporary directory, and from 0.5.18 SGLang puts it "
            "into inductor below SGLANG_CACHE_DIR. Piecewise CUDA graphs overwrite it with a "
            "directory of their own. The diffusion server, from 0.5.14, keeps a directory that you "
            "name, unless it lies in the system's temporary directory: then it takes one below "
            "SGLANG_DIFFUSION_CACHE_ROOT."
        ),
        example="/data/inductor",
        relations=(Outside(needs="--enable-torch-compile, or diffusion"),),
        reads=(
            Read(reader="unknown", where="PyTorch, torch._inductor"),
            Read(
                reader="raw.text",
                where=f"{_WORKER}:386",
                since="0.5.14",
                effect="whether the diffusion server keeps it",
            ),
        ),
    ),
    Variable(
        name="NCCL_IB_GID_INDEX",
        section=AMD,
        owner="nccl",
        documents=(AMD_GPU,),
        type=Int(minimum=-1),
        summary="Which address of a RoCE card NCCL and RCCL use",
        details=(
            "A RoCE port has several GIDs, for version 1 and 2 and for each address; show_gids "
            "lists them, and 3 is version 2 over IPv4 on many hosts. A wrong one shows as a "
            "time-out, or as an error of the queue pair, in the first collective between nodes. "
            "Unset, or -1, newer NCCL chooses by itself. InfiniBand does not need it."
        ),
        example="3",
        relations=(Outside(needs="RoCE between nodes"),),
        reads=(Read(reader="unknown", where="NCCL and RCCL, net_ib"),),
    ),
)
