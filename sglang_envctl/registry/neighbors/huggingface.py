"""Hugging Face: downloads from the Hub, their cache, and tokenizers."""

from __future__ import annotations

from functools import partial

from sglang_envctl.registry.documents import HUGGING_FACE, TOKENIZERS
from sglang_envctl.registry.types import Bool, Int, Path, Text, Url
from sglang_envctl.registry.variable import FallsBackTo, Read, Section, Variable

SECTION = Section(
    slug="hugging-face", title="Hugging Face", heading="Environment variables", aside=True
)

_CONSTANTS = "huggingface_hub/constants.py"

_variable = partial(Variable, section=SECTION, owner="huggingface", documents=(HUGGING_FACE,))
_switch = partial(
    _variable, type=Bool(), reads=(Read(reader="hf.bool", where=_CONSTANTS, default=False),)
)
_path = partial(
    _variable,
    type=Path(expands_home=True),
    reads=(Read(reader="hf.path", where=_CONSTANTS),),
)
_token = partial(
    _variable,
    type=Text(),
    secret=True,
    reads=(Read(reader="hf.token", where="huggingface_hub/utils/_auth.py"),),
)
_seconds = partial(
    _variable,
    type=Int(minimum=0, unit="seconds"),
    default="10",
    reads=(Read(reader="hf.int", where=_CONSTANTS),),
)

VARIABLES = (
    _token(
        name="HF_TOKEN",
        summary="Access token for the Hugging Face Hub",
        details=(
            "Set it for gated models, which require it, and for higher rate limits. It takes "
            "precedence over the token that a login saved on disk. huggingface_hub strips line "
            "breaks, which mounted secrets often contain; other clients may send the line breaks "
            "and fail."
        ),
        relations=(FallsBackTo(other="HUGGING_FACE_HUB_TOKEN"),),
    ),
    _token(
        name="HUGGING_FACE_HUB_TOKEN",
        summary="Access token for the Hugging Face Hub (deprecated name)",
        details="Use HF_TOKEN instead. This name is read only if HF_TOKEN is unset or empty.",
    ),
    _path(
        name="HF_TOKEN_PATH",
        summary="File that contains the access token for the Hugging Face Hub",
        details=(
            "Use it for a mounted secret; HF_TOKEN takes precedence over this file. The default "
            "is HF_HOME/token, where a login saves the token."
        ),
        example="/run/secrets/hf-token",
    ),
    _path(
        name="HF_HOME",
        default="~/.cache/huggingface",
        summary="Directory of Hugging Face's cache, access token and settings",
        details=(
            "Put it on a large, persistent volume; otherwise each new container downloads the "
            "models again. Make sure that the user of the container may write to the directory. "
            "Models are stored in HF_HOME/hub. An empty string means the working directory."
        ),
        example="/data/huggingface",
    ),
    _path(
        name="HF_HUB_CACHE",
        summary="Cache directory for downloaded models",
        details=(
            "Use it to move only the models; the access token stays in HF_HOME. The default is "
            "HF_HOME/hub. SGLang's --download-dir takes precedence."
        ),
        example="/data/huggingface/hub",
        relations=(FallsBackTo(other="HUGGINGFACE_HUB_CACHE"),),
    ),
    _path(
        name="HUGGINGFACE_HUB_CACHE",
        summary="Cache directory for downloaded models (deprecated name)",
        details="Use HF_HUB_CACHE instead. This name is read only if HF_HUB_CACHE is unset.",
        example="/data/huggingface/hub",
    ),
    _switch(
        name="HF_HUB_OFFLINE",
        default="0",
        summary="Make no requests to the Hugging Face Hub; use cached files only",
        details=(
            "Make sure that the requested revision of the model is in the cache; otherwise "
            "loading fails. 1, on, yes and true enable it; every other value disables it. The "
            "value is read once, when huggingface_hub is imported."
        ),
        example="1",
        relations=(FallsBackTo(other="TRANSFORMERS_OFFLINE"),),
    ),
    _switch(
        name="TRANSFORMERS_OFFLINE",
        default="0",
        summary="Make no requests to the Hugging Face Hub (deprecated name)",
        details=(
            "Use HF_HUB_OFFLINE instead, or set both to the same value. Newer versions of "
            "huggingface_hub read this name if HF_HUB_OFFLINE is unset or empty. With older "
            "versions, only Transformers reads it."
        ),
        example="1",
    ),
    _variable(
        name="HF_ENDPOINT",
        type=Url(),
        default="https://huggingface.co",
        summary="URL of the Hugging Face Hub",
        details=(
            "Set it to use a mirror or a private hub. The mirror receives your access token, so "
            "use only one that you trust. With an empty string, all downloads fail."
        ),
        example="https://hub.example.org",
        reads=(Read(reader="hf.endpoint", where=_CONSTANTS),),
    ),
    _switch(
        name="HF_HUB_ENABLE_HF_TRANSFER",
        default="0",
        summary="Download with hf_transfer (huggingface_hub before 1.0)",
        details=(
            "Set HF_XET_HIGH_PERFORMANCE instead: since huggingface_hub 1.0 this variable only "
            "causes a warning. Earlier versions fail if the package hf_transfer is not installed."
        ),
        example="1",
    ),
    _switch(
        name="HF_XET_HIGH_PERFORMANCE",
        default="0",
        summary="Let downloads use the full network bandwidth and all CPU cores",
        details=(
            "Enable it for large models on a fast network. If it is on, downloads use much more "
            "memory, so leave it off on hosts with little memory."
        ),
        example="1",
        reads=(
            Read(
                reader="xet.bool",
                where="hf_xet, src/utils/configuration_utils.rs",
                default=False,
            ),
        ),
    ),
    _switch(
        name="HF_HUB_DISABLE_XET",
        default="0",
        summary="Download over plain HTTP instead of Xet",
        details=(
            "Set it to true for proxies and mirrors that do not support Xet, and for file systems"
            " on which Xet's cache does not work. If it is on, large downloads are slower."
        ),
        example="1",
    ),
    _seconds(
        name="HF_HUB_DOWNLOAD_TIMEOUT",
        summary="Seconds without data before a download is aborted",
        details=(
            "Raise it for slow networks and mirrors. 0 means the default, 10. A value that is not"
            " an integer raises ValueError when huggingface_hub is imported."
        ),
        example="60",
    ),
    _seconds(
        name="HF_HUB_ETAG_TIMEOUT",
        summary="Seconds to wait for the Hugging Face Hub to report whether a file has changed",
        details=(
            "Lower it to use the cached file sooner if the Hub does not respond. 0 means the "
            "default, 10. A value that is not an integer raises ValueError when huggingface_hub "
            "is imported."
        ),
        example="30",
    ),
    _switch(
        name="HF_HUB_DISABLE_PROGRESS_BARS",
        summary="Show no progress bars during downloads",
        details=(
            "Set it to 1 to keep progress bars out of a server's logs. With 0, programs cannot "
            "turn the bars off."
        ),
        example="1",
    ),
    _switch(
        name="HF_HUB_DISABLE_TELEMETRY",
        default="0",
        summary="Send no usage data to the Hugging Face Hub",
        details=(
            "Set it to 1, or set DISABLE_TELEMETRY or DO_NOT_TRACK, which have the same effect on "
            "huggingface_hub. The Hub still counts downloads."
        ),
        example="1",
    ),
    _variable(
        name="TOKENIZERS_PARALLELISM",
        owner="tokenizers",
        documents=(TOKENIZERS,),
        type=Bool(),
        summary="Let a tokenizer use several threads",
        details=(
            "Leave it unset: SGLang sets it to false for multimodal models and in the diffusion "
            "server, regardless of its value, and with the Rust server if it is unset. Otherwise, "
            "parallelism is on until the process forks; the tokenizer then turns it off with a "
            "long warning."
        ),
        example="false",
        reads=(Read(reader="unknown", where="Tokenizers, utils/parallelism.rs"),),
    ),
)
