"""The parts of the audit that are specific to SGLang: its code, and the data about its releases."""
