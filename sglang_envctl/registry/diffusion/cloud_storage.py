"""SGLang Diffusion: upload of results to S3-compatible storage."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import DIFFUSION, DIFFUSION_OLDER, DIFFUSION_SOURCE
from sglang_envctl.registry.types import Choice, Text, Url
from sglang_envctl.registry.variable import (
    Condition,
    EffectiveWhen,
    Outside,
    Read,
    Requires,
    Section,
    Variable,
)

SECTION = Section(
    slug="cloud-storage",
    title="Diffusion: cloud storage",
    heading="Cloud Storage",
)

_STORAGE = "sglang/multimodal_gen/runtime/entrypoints/openai/storage.py"
_ONLY_WITH_S3 = EffectiveWhen(condition=Condition("SGLANG_CLOUD_STORAGE_TYPE", "equals", "s3"))

_variable = partial(
    Variable,
    section=SECTION,
    owner="sglang-diffusion",
    documents=(DIFFUSION, DIFFUSION_SOURCE, DIFFUSION_OLDER),
)

VARIABLES = (
    _variable(
        name="SGLANG_CLOUD_STORAGE_TYPE",
        type=Choice(("s3",), exact=False),
        summary="Upload generated images and videos to S3-compatible storage",
        details=(
            "With s3, the HTTP server uploads every image and video it makes to the bucket, answers "
            "with the address there, and then deletes the local file. Any service that speaks S3 will "
            "do: name it with SGLANG_S3_ENDPOINT_URL. Without a bucket, or without boto3 installed, "
            "nothing is uploaded; a missing bucket is not even mentioned in the log. The value is "
            "read once, when the HTTP server module is imported."
        ),
        example="s3",
        relations=(
            Requires(
                other="SGLANG_S3_BUCKET_NAME",
                value="s3",
                level="error",
                consequence="without a bucket, cloud storage stays off and no message says so",
            ),
            Outside(
                needs="the boto3 package", note="missing, an error is logged and storage is off"
            ),
        ),
        reads=(Read(reader="storage.s3-only", where=f"{_STORAGE}:13", since="0.5.8"),),
        discrepancies=(
            "The page does not say that s3 without SGLANG_S3_BUCKET_NAME is switched off in silence.",
            "The page does not say that the local file is deleted after a successful upload.",
        ),
    ),
    _variable(
        name="SGLANG_S3_BUCKET_NAME",
        type=Text(),
        summary="The bucket that results are uploaded to",
        details=(
            "The name alone, without s3:// and without a path. Empty counts as unset, and unset "
            "switches cloud storage off without a message; a single blank counts as a name."
        ),
        example="my-generated-media",
        relations=(_ONLY_WITH_S3,),
        reads=(Read(reader="raw.text-or-unset", where=f"{_STORAGE}:26", since="0.5.8"),),
    ),
    _variable(
        name="SGLANG_S3_ENDPOINT_URL",
        type=Url(),
        summary="Address of the storage service, for MinIO, OSS and others than AWS",
        details=(
            "A full URL with its scheme: http://minio:9000, not minio:9000, which keeps the server "
            "from starting. It also changes the address in the answer from the AWS form "
            "(bucket.s3.region.amazonaws.com/key) to endpoint/bucket/key."
        ),
        example="http://minio:9000",
        relations=(_ONLY_WITH_S3,),
        reads=(Read(reader="storage.endpoint", where=f"{_STORAGE}:31", since="0.5.8"),),
    ),
    _variable(
        name="SGLANG_S3_REGION_NAME",
        type=Text(),
        default="us-east-1",
        summary="Region of the bucket",
        details=(
            "Unset, boto3 looks for a region by itself (AWS_DEFAULT_REGION, the profile) and takes "
            "us-east-1 only when it finds none. The address in the answer then still says us-east-1, "
            "so set this whenever the bucket is elsewhere. A text that cannot be a region name keeps "
            "the server from starting."
        ),
        example="eu-west-1",
        relations=(_ONLY_WITH_S3,),
        reads=(
            Read(
                reader="storage.region",
                where=f"{_STORAGE}:32",
                since="0.5.8",
                default_rule="boto3's own region (AWS_DEFAULT_REGION, the profile), else us-east-1",
            ),
        ),
        discrepancies=(
            "us-east-1 is the default only where no AWS region is configured: boto3 is handed nothing "
            "and follows AWS_DEFAULT_REGION, while the address in the answer says us-east-1.",
        ),
    ),
    _variable(
        name="SGLANG_S3_ACCESS_KEY_ID",
        type=Text(),
        secret=True,
        summary="Access key for the storage service",
        details=(
            "Goes with SGLANG_S3_SECRET_ACCESS_KEY; one without the other keeps the server from "
            "starting. With neither, boto3 uses its own chain of credentials (profile, role of the "
            "machine), which is the better way on AWS. Empty is not unset: it is handed to boto3 as an "
            "empty key, and the chain is then not used."
        ),
        relations=(
            _ONLY_WITH_S3,
            Requires(
                other="SGLANG_S3_SECRET_ACCESS_KEY",
                level="error",
                consequence="boto3 raises PartialCredentialsError and the server does not start",
            ),
        ),
    ),
    _variable(
        name="SGLANG_S3_SECRET_ACCESS_KEY",
        type=Text(),
        secret=True,
        summary="Secret half of the access key for the storage service",
        details=(
            "Goes with SGLANG_S3_ACCESS_KEY_ID. Keep it out of files that are committed: a container "
            "platform's secret store is the place for it. Empty is not unset: boto3 is handed an empty "
            "secret."
        ),
        relations=(
            _ONLY_WITH_S3,
            Requires(
                other="SGLANG_S3_ACCESS_KEY_ID",
                level="error",
                consequence="boto3 raises PartialCredentialsError and the server does not start",
            ),
        ),
    ),
)
