"""The public pages that document the variables."""

from __future__ import annotations

from sglang_envctl.registry.model import Document

DIFFUSION = Document(
    id="diffusion",
    title="SGLang Diffusion: environment variables",
    url="https://docs.sglang.io/docs/sglang-diffusion/environment_variables",
)
DIFFUSION_OLDER = Document(
    id="diffusion-older",
    title="SGLang Diffusion: environment variables, older page",
    url="https://docs.sglang.io/diffusion/environment_variables.html",
    note="Covers MLX, Cache-DiT, cloud storage and crash debugging only.",
)
DIFFUSION_SOURCE = Document(
    id="diffusion-source",
    title="SGLang Diffusion: environment variables, page in the repository",
    url="https://github.com/sgl-project/sglang/blob/main/docs/diffusion/environment_variables.md",
    note="Covers Cache-DiT and cloud storage only.",
)
FLAGOS = Document(
    id="flagos",
    title="sglang-plugin-FL: dispatch through environment variables",
    url=(
        "https://docs.flagos.io/projects/sglang-plugin-FL/en/latest/dispatch_user_guide/"
        "dispatch-through-environment-variables.html"
    ),
)
MACA = Document(
    id="maca",
    title="MetaX SGLang container: environment variables explained (in Chinese)",
    url=None,
    note="A table without defaults; much of it is marked as guesswork by its own wording.",
)

DOCUMENTS = (DIFFUSION, DIFFUSION_OLDER, DIFFUSION_SOURCE, FLAGOS, MACA)
