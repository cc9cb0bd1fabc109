"""Variables of SGLang on Ascend NPUs, and of the libraries there."""
