"""SGLang: variables from the docs on object storage, batching, vision, compilation and AMD GPUs."""

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
_WITH_S3 = Outside(
    needs=(
        "a model path that begins with s3://, with the runai-model-streamer package, or "
        "SGLANG_CLOUD_STORAGE_TYPE=s3"
    )
)

_aws = partial(Variable, section=STORAGE, owner="aws", documents=(OBJECT_STORAGE,))

VARIABLES = (
    _aws(
        name="AWS_ENDPOINT_URL",
        type=Url(),
        summary="URL of an S3-compatible object store other than AWS",
        details=(
            "Set it for MinIO, Ceph and other stores with an S3 API; leave it unset for AWS. The "
            "URL applies to all S3 clients in the process: boto3 uses it for the model's "
            "configuration files, and the model streamer for the weights. SGLang also copies the "
            "URL, even an empty one, to RUNAI_STREAMER_S3_ENDPOINT unless that is set, but the "
            "streamer has not read that name since 0.15.7."
        ),
        example="https://minio.example.org:9000",
        relations=(_WITH_S3,),
        reads=(
            Read(
                reader="raw.text",
                where="sglang/srt/model_loader/weight_utils.py:1720",
                since="0.4.4.post2",
            ),
            Read(reader="unknown", where="botocore/configprovider.py"),
        ),
    ),
    _aws(
        name="AWS_ACCESS_KEY_ID",
        type=Text(),
        secret=True,
        summary="Access key ID for the object store",
        details=(
            "Set it together with AWS_SECRET_ACCESS_KEY. On AWS, prefer an instance role or a pod"
            " role to a key in the environment. boto3 and the model streamer read the variable; "
            "SGLang does not."
        ),
        relations=(
            Requires(
                other="AWS_SECRET_ACCESS_KEY",
                consequence="boto3 fails if only one of the two is set",
            ),
        ),
        reads=(Read(reader="unknown", where="botocore, and the model streamer's S3 client"),),
    ),
    _aws(
        name="AWS_SECRET_ACCESS_KEY",
        type=Text(),
        secret=True,
        summary="Secret access key for the object store",
        details=(
            "Set it together with AWS_ACCESS_KEY_ID. Keep the key in the secret store of your "
            "container platform, not in committed files. A trailing newline, which echo adds to a "
            "mounted secret, makes every signature invalid."
        ),
        relations=(
            Requires(
                other="AWS_ACCESS_KEY_ID",
                consequence="without the access key ID, the secret key is not used",
                level="info",
            ),
        ),
        reads=(Read(reader="unknown", where="botocore, and the model streamer's S3 client"),),
    ),
    _aws(
        name="AWS_EC2_METADATA_DISABLED",
        type=Bool(),
        summary="Do not request credentials from the EC2 metadata service",
        details=(
            "Set it to true outside AWS: there is no such service, and each lookup takes seconds to "
            "time out. botocore accepts only true (case-insensitive); 1 and yes leave the lookup "
            "on."
        ),
        example="true",
        relations=(_WITH_S3,),
        reads=(Read(reader="raw.lower-equals:true", where="botocore/utils.py:434", default=False),),
    ),
    Variable(
        name="SGLANG_DIFFUSION_BATCH_MEMORY_CACHE",
        section=BATCHING,
        owner="sglang-diffusion",
        documents=(DYNAMIC_BATCHING,),
        type=Path(directory=True, expands_home=True),
        default="~/.cache/sglang/diffusion_batch_memory",
        summary="Cache directory for measured memory usage per batch, for diffusion",
        details=(
            "Remove it: no release up to 0.5.23 reads it, and the docs describe newer code. In "
            "that code, --batching-memory-profile-cache auto stores its measurements in this "
            "directory, so the next start knows how many requests fit in a batch."
        ),
        example="/data/diffusion-batch-memory",
        relations=(Outside(needs="--batching-memory-profile-cache auto"),),
        discrepancies=(
            "The docs describe it, but no release up to 0.5.23 reads it; only newer code does.",
        ),
    ),
    Variable(
        name="SGLANG_VIT_ENABLE_CUDA_GRAPH",
        section=VISION,
        owner="sglang",
        documents=(VIT_CUDA_GRAPH,),
        type=Bool(),
        summary="Run the vision encoder of multimodal models as CUDA graphs",
        details=(
            "Enable it only for Qwen2.5-VL, Qwen3-VL, InternVL, Kimi-K3 and models with their "
            "vision encoders. Other vision models capture no graphs, but their attention layers "
            'expect them: the first image can fail with RuntimeError ("output_ws should be '
            'prepared"). Graphs save kernel launches for repeated image sizes, but each new size '
            "is captured first and uses GPU memory in addition to --mem-fraction-static."
        ),
        example="1",
        relations=(
            Outside(
                needs="an NVIDIA GPU and a model that supports it",
                note="the vision encoder of Qwen3-VL also captures graphs on Ascend NPUs",
            ),
        ),
    ),
    Variable(
        name="TORCHINDUCTOR_CACHE_DIR",
        section=COMPILING,
        owner="torch",
        documents=(COMPILE_CACHE,),
        type=Path(directory=True),
        summary="Cache directory for code compiled by torch.compile",
        details=(
            "Copy the directory to other hosts with the same hardware and versions, so that they "
            "start without compiling. The default is a temporary directory; since 0.5.18, it is "
            "SGLANG_CACHE_DIR/inductor. With piecewise CUDA graphs that inductor compiles (the "
            "default compiler is eager), SGLang overwrites the value with another directory. Since "
            "0.5.14, the diffusion server keeps your directory, unless it is in the system's "
            "temporary directory; the server then uses a directory in SGLANG_DIFFUSION_CACHE_ROOT."
        ),
        example="/data/inductor",
        relations=(Outside(needs="--enable-torch-compile, or diffusion"),),
        reads=(
            Read(reader="unknown", where="PyTorch, torch._inductor"),
            Read(
                reader="raw.text",
                where=f"{_WORKER}:386",
                since="0.5.14",
                effect="decides whether the diffusion server keeps the value",
            ),
        ),
    ),
    Variable(
        name="NCCL_IB_GID_INDEX",
        section=AMD,
        owner="nccl",
        documents=(AMD_GPU,),
        type=Int(minimum=-1),
        summary="Index of the GID (address) of the RoCE card that NCCL and RCCL use",
        details=(
            "Choose the index from the output of show_gids; on many hosts, 3 is RoCE version 2 "
            "over IPv4. With a wrong index, the first collective between nodes times out or fails "
            "with a queue pair error. If it is unset or -1, newer NCCL chooses a GID. InfiniBand "
            "does not need an index."
        ),
        example="3",
        relations=(Outside(needs="RoCE between nodes"),),
        reads=(Read(reader="unknown", where="NCCL and RCCL, net_ib"),),
    ),
)
