"""AWS: what boto3 and the model streamer read beside the keys."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import BOTO3, RUNAI
from sglang_envctl.registry.types import Int, Path, Text, Url
from sglang_envctl.registry.variable import FallsBackTo, Outside, Read, Requires, Section, Variable

SECTION = Section(
    slug="aws", title="AWS and the model streamer", heading="Configuration", aside=True
)

_FROM_S3 = Outside(needs="a model path that begins with s3://", note="and runai-model-streamer")

_aws = partial(
    Variable,
    section=SECTION,
    owner="aws",
    documents=(BOTO3,),
    relations=(_FROM_S3,),
    reads=(Read(reader="unknown", where="botocore/configprovider.py"),),
)
_streamer = partial(
    Variable,
    section=SECTION,
    owner="runai-model-streamer",
    documents=(RUNAI,),
    relations=(_FROM_S3,),
    reads=(Read(reader="unknown", where="Run:ai Model Streamer"),),
)

VARIABLES = (
    _aws(
        name="AWS_SESSION_TOKEN",
        type=Text(),
        secret=True,
        summary="Third part of a temporary access key",
        details=(
            "Keys that AWS hands out for some hours come with it and are refused without it. A "
            "server that loads models later than that fails with ExpiredToken."
        ),
        relations=(
            Requires(
                other="AWS_ACCESS_KEY_ID",
                consequence="the token belongs to a key",
                level="info",
            ),
        ),
        reads=(Read(reader="unknown", where="botocore/credentials.py"),),
    ),
    _aws(
        name="AWS_DEFAULT_REGION",
        type=Text(),
        summary="The region of AWS that requests go to",
        details=(
            "The one of the two names that boto3 reads; other clients read AWS_REGION. Set both "
            "alike. A bucket elsewhere answers with a redirection, or not at all."
        ),
        example="eu-west-1",
    ),
    _aws(
        name="AWS_REGION",
        type=Text(),
        summary="The region of AWS that requests go to, for clients other than boto3",
        details=(
            "AWS's newer libraries read it, and its services set it in containers. boto3 looks at "
            "AWS_DEFAULT_REGION only."
        ),
        example="eu-west-1",
        reads=(Read(reader="unknown", where="AWS libraries other than boto3"),),
    ),
    _aws(
        name="AWS_PROFILE",
        type=Text(),
        summary="The entry of AWS's configuration files to use",
        details=(
            "A name that the files do not hold stops boto3. Keys in the environment come before "
            "those of the profile."
        ),
        example="models",
    ),
    _aws(
        name="AWS_CONFIG_FILE",
        type=Path(expands_home=True),
        default="~/.aws/config",
        summary="File of AWS's settings",
        details="Regions and profiles stand there. Keys belong into AWS_SHARED_CREDENTIALS_FILE.",
        example="/etc/aws/config",
    ),
    _aws(
        name="AWS_SHARED_CREDENTIALS_FILE",
        type=Path(expands_home=True),
        default="~/.aws/credentials",
        summary="File of AWS's keys",
        details=(
            "A mounted secret, as a rule. AWS_PROFILE says which of its entries to take, and "
            "default is taken without it."
        ),
        example="/run/secrets/aws",
    ),
    _aws(
        name="AWS_CA_BUNDLE",
        type=Path(expands_home=True),
        summary="File of the certificates that AWS's address is checked against",
        details=(
            "For object stores and proxies with a certificate of one's own. It replaces the list "
            "that comes with Python, for boto3 alone."
        ),
        example="/etc/ssl/certs/ca-certificates.crt",
    ),
    _streamer(
        name="RUNAI_STREAMER_S3_ENDPOINT",
        type=Url(),
        summary="Address of the object store, for the model streamer",
        details=(
            "SGLang fills it with AWS_ENDPOINT_URL unless it is set. It concerns the weights only; "
            "the configuration files come through boto3."
        ),
        example="https://minio.example.org:9000",
        relations=(_FROM_S3, FallsBackTo(other="AWS_ENDPOINT_URL")),
    ),
    _streamer(
        name="RUNAI_STREAMER_CONCURRENCY",
        type=Int(minimum=1),
        summary="Threads, or connections, that the model streamer reads with",
        details=(
            "More of them use a fast store better. concurrency in --model-loader-extra-config "
            "overwrites it."
        ),
        example="16",
    ),
    _streamer(
        name="RUNAI_STREAMER_MEMORY_LIMIT",
        type=Int(minimum=-1, unit="bytes"),
        summary="Host memory that the model streamer reads into",
        details=(
            "A small one keeps the host's memory free and slows loading down. memory_limit in "
            "--model-loader-extra-config overwrites it."
        ),
        example="4294967296",
    ),
)
