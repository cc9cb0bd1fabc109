"""Hugging Face's hub, and what is read from it."""

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
_switch = partial(_variable, type=Bool(), reads=(Read(reader="hf.bool", where=_CONSTANTS),))
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
        summary="Token for Hugging Face's hub",
        details=(
            "Needed for models behind a licence, and kinder to rate limits. It comes before the "
            "token that a login left on disk. Line ends, as a mounted secret often has them, are "
            "dropped by huggingface_hub; other clients may send them and fail."
        ),
        relations=(FallsBackTo(other="HUGGING_FACE_HUB_TOKEN"),),
    ),
    _token(
        name="HUGGING_FACE_HUB_TOKEN",
        summary="Token for Hugging Face's hub, under its older name",
        details="It is looked at where HF_TOKEN is unset or empty. Write HF_TOKEN.",
    ),
    _path(
        name="HF_TOKEN_PATH",
        summary="File that holds the token for the hub",
        details=(
            "Unset, it is token in HF_HOME, where a login writes it. HF_TOKEN comes before what "
            "it holds."
        ),
        example="/run/secrets/hf-token",
    ),
    _path(
        name="HF_HOME",
        default="~/.cache/huggingface",
        summary="Directory of Hugging Face's cache, token and settings",
        details=(
            "Models lie in hub below it. Put it on a volume that has room and lasts, or every "
            "start of a container downloads anew. In an image that runs as another user make "
            "sure that it may be written. An empty text is the working directory."
        ),
        example="/data/huggingface",
    ),
    _path(
        name="HF_HUB_CACHE",
        summary="Directory of the models that were downloaded",
        details=(
            "Unset, it is hub in HF_HOME. It moves the models alone; the token stays in HF_HOME."
            " SGLang's --download-dir comes before it."
        ),
        example="/data/huggingface/hub",
        relations=(FallsBackTo(other="HUGGINGFACE_HUB_CACHE"),),
    ),
    _path(
        name="HUGGINGFACE_HUB_CACHE",
        summary="Directory of the models that were downloaded, under its older name",
        details="It is looked at where HF_HUB_CACHE is unset. Write HF_HUB_CACHE.",
        example="/data/huggingface/hub",
    ),
    _switch(
        name="HF_HUB_OFFLINE",
        default="0",
        summary="Ask the hub for nothing; use what is in the cache",
        details=(
            "Then the model has to be there, in the revision that is asked for, or loading fails. "
            "1, on, yes and true switch it on; every other text leaves it off. It is read once, "
            "when the package is imported."
        ),
        example="1",
        relations=(FallsBackTo(other="TRANSFORMERS_OFFLINE"),),
    ),
    _switch(
        name="TRANSFORMERS_OFFLINE",
        default="0",
        summary="Ask the hub for nothing, under an older name",
        details=(
            "Newer huggingface_hub looks at it where HF_HUB_OFFLINE is unset or empty; older ones "
            "leave it to Transformers. Write HF_HUB_OFFLINE, or both alike."
        ),
        example="1",
    ),
    _variable(
        name="HF_ENDPOINT",
        type=Url(),
        default="https://huggingface.co",
        summary="Address of the hub",
        details=(
            "For a mirror, or a hub of one's own. The token goes there too, so use one that you "
            "trust. An empty text is an address as well, and nothing loads."
        ),
        example="https://hub.example.org",
        reads=(Read(reader="hf.endpoint", where=_CONSTANTS),),
    ),
    _switch(
        name="HF_HUB_ENABLE_HF_TRANSFER",
        default="0",
        summary="Download with hf_transfer, in older versions of huggingface_hub",
        details=(
            "Versions before 1.0 stop with an error if the package hf_transfer is missing. Newer "
            "ones warn and do nothing: HF_XET_HIGH_PERFORMANCE takes its place."
        ),
        example="1",
    ),
    _switch(
        name="HF_XET_HIGH_PERFORMANCE",
        default="0",
        summary="Let downloads take all of the network and the processor",
        details=(
            "For large models on a fast line. It takes much memory while it runs, so leave it off "
            "where that is scarce."
        ),
        example="1",
    ),
    _switch(
        name="HF_HUB_DISABLE_XET",
        default="0",
        summary="Download over plain HTTP rather than Xet",
        details=(
            "For proxies and mirrors that do not speak Xet, and for file systems that its cache "
            "does not suit."
            " Large downloads get slower."
        ),
        example="1",
    ),
    _seconds(
        name="HF_HUB_DOWNLOAD_TIMEOUT",
        summary="How long a download may stand still",
        details=(
            "Raise it on slow lines and mirrors. 0 is the default again, and a text that is no "
            "whole number raises ValueError when the package is imported."
        ),
        example="60",
    ),
    _seconds(
        name="HF_HUB_ETAG_TIMEOUT",
        summary="How long to wait for the hub's word on whether a file has changed",
        details=(
            "When it is over, the cached file is used. 0 is the default again, and a text that is "
            "no whole number raises ValueError when the package is imported."
        ),
        example="30",
    ),
    _switch(
        name="HF_HUB_DISABLE_PROGRESS_BARS",
        summary="Show no progress bars while downloading",
        details=(
            "They fill the logs of a server. Set to 0 it keeps programs from switching them off."
        ),
        example="1",
    ),
    _switch(
        name="HF_HUB_DISABLE_TELEMETRY",
        default="0",
        summary="Tell the hub nothing about how its libraries are used",
        details=(
            "DISABLE_TELEMETRY and DO_NOT_TRACK do the same here. Downloads are counted all the same."
        ),
        example="1",
    ),
    _variable(
        name="TOKENIZERS_PARALLELISM",
        owner="tokenizers",
        documents=(TOKENIZERS,),
        type=Bool(),
        summary="Let one tokenizer use several threads",
        details=(
            "Unset, it is on until the process forks, and then off with a long warning. SGLang "
            "sets false where it forks itself, so a server needs neither."
        ),
        example="false",
        reads=(Read(reader="unknown", where="Tokenizers, utils/parallelism.rs"),),
    ),
)
