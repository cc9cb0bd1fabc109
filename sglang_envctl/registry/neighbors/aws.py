"""AWS: variables that boto3 and the model streamer read, other than the access keys."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import BOTO3, RUNAI
from sglang_envctl.registry.types import Int, Path, Text, Url
from sglang_envctl.registry.variable import FallsBackTo, Outside, Read, Requires, Section, Variable

SECTION = Section(
    slug="aws", title="AWS and the model streamer", heading="Configuration", aside=True
)

_WITH_S3 = Outside(
    needs=(
        "a model path that begins with s3://, with the runai-model-streamer package, or "
        "SGLANG_CLOUD_STORAGE_TYPE=s3"
    )
)
_WITH_STREAMER = Outside(
    needs="the runai-model-streamer package, and weights that it reads",
    note=(
        "model paths that begin with s3://, gs:// or az://, --load-format runai_streamer, or "
        "diffusion"
    ),
)

_aws = partial(
    Variable,
    section=SECTION,
    owner="aws",
    documents=(BOTO3,),
    relations=(_WITH_S3,),
    reads=(Read(reader="unknown", where="botocore/configprovider.py"),),
)
_streamer = partial(
    Variable,
    section=SECTION,
    owner="runai-model-streamer",
    documents=(RUNAI,),
    relations=(_WITH_STREAMER,),
    reads=(Read(reader="unknown", where="Run:ai Model Streamer"),),
)

VARIABLES = (
    _aws(
        name="AWS_SESSION_TOKEN",
        type=Text(),
        secret=True,
        summary="Session token of a temporary access key",
        details=(
            "Set it with temporary credentials: AWS rejects them without a session token. A "
            "server that loads a model after the credentials have expired fails with "
            "ExpiredToken."
        ),
        relations=(
            Requires(
                other="AWS_ACCESS_KEY_ID",
                consequence="the session token is valid only together with its access key",
                level="info",
            ),
        ),
        reads=(Read(reader="unknown", where="botocore/credentials.py"),),
    ),
    _aws(
        name="AWS_DEFAULT_REGION",
        type=Text(),
        summary="AWS region, for boto3",
        details=(
            "Set it and AWS_REGION to the same value. boto3 reads only AWS_DEFAULT_REGION; other "
            "clients read AWS_REGION. A bucket in another region answers with a redirect, or not "
            "at all."
        ),
        example="eu-west-1",
    ),
    _aws(
        name="AWS_REGION",
        type=Text(),
        summary="AWS region, for clients other than boto3",
        details=(
            "Set AWS_DEFAULT_REGION too: boto3 reads only AWS_DEFAULT_REGION. Newer AWS libraries"
            " read AWS_REGION, and AWS services set it in containers."
        ),
        example="eu-west-1",
        reads=(Read(reader="unknown", where="AWS libraries other than boto3"),),
    ),
    _aws(
        name="AWS_PROFILE",
        type=Text(),
        summary="Profile in the AWS configuration files",
        details=(
            "Give a profile that AWS's configuration or credentials file contains; otherwise "
            "boto3 fails. Keys in the environment take precedence over those of the profile."
        ),
        example="models",
    ),
    _aws(
        name="AWS_CONFIG_FILE",
        type=Path(expands_home=True),
        default="~/.aws/config",
        summary="AWS configuration file",
        details=(
            "Give the path of the configuration file, which holds regions and profiles. Put "
            "access keys in the file that AWS_SHARED_CREDENTIALS_FILE names instead."
        ),
        example="/etc/aws/config",
    ),
    _aws(
        name="AWS_SHARED_CREDENTIALS_FILE",
        type=Path(expands_home=True),
        default="~/.aws/credentials",
        summary="AWS credentials file",
        details=(
            "Give the path of the credentials file, usually a mounted secret. AWS_PROFILE selects "
            "one of its profiles; without AWS_PROFILE, the profile named default is used."
        ),
        example="/run/secrets/aws",
    ),
    _aws(
        name="AWS_CA_BUNDLE",
        type=Path(expands_home=True, exists=True),
        summary="CA certificates that boto3 and the model streamer trust for AWS endpoints",
        details=(
            "Set it for object stores and proxies whose certificate comes from a private CA. In "
            "boto3, it replaces the list of trusted CAs that comes with botocore. The model "
            "streamer reads it too."
        ),
        example="/etc/ssl/certs/ca-certificates.crt",
    ),
    _streamer(
        name="RUNAI_STREAMER_S3_ENDPOINT",
        type=Url(),
        summary="URL of the object store, for old versions of the model streamer",
        details=(
            "Set AWS_ENDPOINT_URL instead: the versions of the streamer that SGLang requires "
            "since 0.5.10 (0.15.7 and later) read only that name. If this variable is unset, "
            "SGLang sets it to AWS_ENDPOINT_URL, which has no effect on these versions."
        ),
        example="https://minio.example.org:9000",
        relations=(FallsBackTo(other="AWS_ENDPOINT_URL"),),
    ),
    _streamer(
        name="RUNAI_STREAMER_CONCURRENCY",
        type=Int(minimum=1),
        summary="Number of parallel reads (threads or connections) of the model streamer",
        details=(
            "Raise it to make better use of a fast store. The default is 16 for files and 8 for "
            "an object store. The key concurrency in --model-loader-extra-config overrides it."
        ),
        example="16",
    ),
    _streamer(
        name="RUNAI_STREAMER_MEMORY_LIMIT",
        type=Int(minimum=-1, unit="bytes"),
        summary="Host memory in bytes for the model streamer's buffer",
        details=(
            "Set a limit to save host memory; a small limit slows down loading. The key "
            "memory_limit in --model-loader-extra-config overrides it."
        ),
        example="4294967296",
    ),
)
