"""Variables of SGLang Diffusion."""
