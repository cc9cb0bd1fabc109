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
            "If it is s3, the HTTP server uploads every generated image and video (since 0.5.10 "
            "also meshes) to the bucket, deletes the local file and returns the URL in the "
            "bucket; an image requested as b64_json is uploaded too, but the response contains "
            "the image itself. For an S3-compatible service other than AWS, also set "
            "SGLANG_S3_ENDPOINT_URL. Without a bucket, or without boto3 installed, nothing is "
            "uploaded, and a missing bucket is not logged. The value is read once, when the HTTP "
            "server module is imported."
        ),
        example="s3",
        relations=(
            Requires(
                other="SGLANG_S3_BUCKET_NAME",
                value="s3",
                level="error",
                consequence="cloud storage is silently disabled",
            ),
            Outside(
                needs="the boto3 package",
                note="without it, an error is logged and cloud storage is disabled",
            ),
        ),
        reads=(Read(reader="storage.s3-only", where=f"{_STORAGE}:13", since="0.5.8"),),
        discrepancies=(
            "The docs do not mention that s3 without SGLANG_S3_BUCKET_NAME is silently disabled.",
            "The docs do not mention that the local file is deleted after a successful upload.",
        ),
    ),
    _variable(
        name="SGLANG_S3_BUCKET_NAME",
        type=Text(),
        summary="Bucket to which generated images and videos are uploaded",
        details=(
            "Give the name alone, without s3:// and without a path. If it is unset or empty, cloud "
            "storage is silently disabled; a single space counts as a name."
        ),
        example="my-generated-media",
        relations=(_ONLY_WITH_S3,),
        reads=(Read(reader="raw.text-or-unset", where=f"{_STORAGE}:26", since="0.5.8"),),
    ),
    _variable(
        name="SGLANG_S3_ENDPOINT_URL",
        type=Url(),
        summary="URL of the storage service, if it is not AWS (for example MinIO or OSS)",
        details=(
            "Give a full URL with its scheme: http://minio:9000, not minio:9000, which keeps the "
            "server from starting. The variable also changes the URL in the response from the AWS "
            "form (bucket.s3.region.amazonaws.com/key) to endpoint/bucket/key."
        ),
        example="http://minio:9000",
        relations=(_ONLY_WITH_S3,),
        reads=(Read(reader="storage.endpoint", where=f"{_STORAGE}:31", since="0.5.8"),),
    ),
    _variable(
        name="SGLANG_S3_REGION_NAME",
        type=Text(),
        default="us-east-1",
        summary="Region of the bucket to which generated images and videos are uploaded",
        details=(
            "Set it whenever the bucket is not in us-east-1. If it is unset, boto3 looks for a "
            "region itself (AWS_DEFAULT_REGION, the profile) and falls back to us-east-1, but the "
            "URL in the response still says us-east-1. A value that cannot be a region name keeps "
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
            (
                "The docs give us-east-1 as the default; if the variable is unset, the code "
                "passes no region to boto3, which follows AWS_DEFAULT_REGION, and uses us-east-1 "
                "only in the URL of the response."
            ),
        ),
    ),
    _variable(
        name="SGLANG_S3_ACCESS_KEY_ID",
        type=Text(),
        secret=True,
        summary="Access key ID for the storage service",
        details=(
            "Set it together with SGLANG_S3_SECRET_ACCESS_KEY; one without the other keeps the "
            "server from starting. With neither, boto3 uses its own credential chain (profile, "
            "instance role), which is preferable on AWS. An empty string does not count as unset:"
            " boto3 gets an empty key and does not use the chain."
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
        summary="Secret access key for the storage service",
        details=(
            "Set it together with SGLANG_S3_ACCESS_KEY_ID. Keep it in a secret store, not in "
            "committed files. An empty string does not count as unset: boto3 gets an empty "
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
