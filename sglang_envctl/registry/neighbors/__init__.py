"""Variables of the libraries that SGLang uses."""
