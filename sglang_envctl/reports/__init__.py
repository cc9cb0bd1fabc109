"""Results as text: one module a form, one function a command.

`json`, `csv`, `markdown` and `text` return text; `terminal` draws with Rich and is imported only
when something is drawn for a person.
"""
