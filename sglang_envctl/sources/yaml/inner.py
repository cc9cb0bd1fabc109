"""Read the files that a document contains as texts: scripts, .env files, units and Helm values.

ConfigMaps, cloud-init, Ansible, Argo CD, Flux and Ray contain such texts. The name of a text is its
key, or what a key beside it names; a text without a name is read by its content. A text that is of
no kind is left to the program that gets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from sglang_envctl.environment import Layer, Note, Origin
from sglang_envctl.errors import NoEnvironmentError, SourceError
from sglang_envctl.sources import FileKind, file_kind
from sglang_envctl.sources.context import Beside, Context
from sglang_envctl.sources.documents import shape
from sglang_envctl.sources.mappings.forms import is_meant
from sglang_envctl.sources.yaml.commands import COMMANDS, command_line
from sglang_envctl.sources.yaml.tree import MappingNode, Node, ScalarNode, items, text_of
from sglang_envctl.sources.yaml.unread import PROSE

Path: TypeAlias = "tuple[str, ...]"

_KINDS = (
    "dotenv", "shell", "python", "dockerfile", "quadlet", "supervisord", "systemd", "kubernetes",
    "mappings",
)  # fmt: skip
_PROGRAMS = ("shell", "python")
"""The kinds of texts that are read only if they mention SGLang, because most start something else."""
_UNPARSED = "this text cannot be parsed"
_DEEPEST = 2
"""The maximum number of texts around a text, as of a script in a cloud-init in a manifest."""
# A text without such a part is not read.
_WORTH = re.compile(
    r"\bSGL(?:ANG)?_\w|launch_server|sglang\s+serve|dynamo\.sglang|\b[A-Z]+_[A-Z_]+[\"']?[=:]"
    r"|\bname[\"']?:\s*[\"']?[A-Z]+_"
)
_SERVER = re.compile(
    r"(?m)^[ \t]*(?:export\s+|exec\s+)?(?:SGL(?:ANG)?_\w+=|python3?\b.*launch_server|sglang serve)"
)
_CONTENTS = ("content", "contents", "inline", "data", "block", "text", "line")
_NAMES = ("path", "dest", "target", "filename", "destination", "source")
"""The keys of the name of a file, beside a key of its content: cloud-init, Ansible, Ignition."""
_YAML = re.compile(
    r"(?i)manifest|.*patch\w*|runtimeEnvYAML|serveConfigV2|values(?:Content)?|.*compose\w*"
)
"""The keys of texts of YAML: RayService, RayJob, HelmChart, Argo, Flux, Kyverno, Portainer."""
_SCRIPT = re.compile(
    r"(?i).*(?:script|command|cmd|setup|start|entrypoint|hook|exec|bash|shell|run|source|user.?data)\w*"
)
_LINE = re.compile(
    r"(?:#.*|(?:export[ \t]+)?[A-Za-z_]\w*=(?:[^\s\"'`;|&]*|\"[^\"]*\"|'[^']*')(?:[ \t]+#.*)?)?"
)
"""A line of a file of assignments, rather than of a script that runs a command."""
_ASSIGNING = re.compile(r": ?[\"']?(?:export )?SGL\w+=")
"""The start of a text of one line that assigns a variable."""
_OURS = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?SGL(?:ANG)?_\w+=")
_NO_FILE = re.compile(r"(?i).*(?:build.?args?|substitut.*)")
"""The keys of assignments that no program reads as its environment."""


class Text(NamedTuple):
    """A text in a document."""

    path: Path
    name: str
    """The name of the file that it is the content of, or its key."""
    node: ScalarNode


def may_contain(text: str) -> bool:
    """Return whether a document may contain texts of several lines."""
    if "|" in text or ">" in text or "\\n" in text or "'{" in text or '"{' in text:
        return True
    return "=" in text and bool(_ASSIGNING.search(text))


def layers(root: Node, path: str, context: Context, *, runs: bool = True) -> Iterator[Layer]:
    """Yield the environments of the texts in a document, with the lines of the document.

    Args:
        root: the document.
        path: the file of the document.
        context: the context of reading.
        runs: whether the document runs the commands in it, so that they are read elsewhere.
    """
    if context.around == _DEEPEST:
        return
    inside = context._replace(around=context.around + 1, beside=Beside())
    # The suffix of the document would decide the format of a text.
    file = path if path.lower().endswith((".yaml", ".yml")) else f"{path}#"
    for at, name, node in texts(root, runs=runs):
        data = node.text.encode("utf-8", "surrogatepass")
        kind = _kind(name, data)
        if kind is None or (kind in map(file_kind, _PROGRAMS) and "sgl" not in node.text.lower()):
            continue
        try:
            found = kind.layers(file, data, inside)
        except NoEnvironmentError:
            continue
        except SourceError:
            note = Note("not-followed", Origin(path, path), facts={"reason": _UNPARSED})
            found = (Layer(path, "mappings", notes=(note,)),)
        for layer in found:
            if layer.assignments or layer.command or layer.notes:
                yield _moved(layer, (path, file), at, node)


def texts(root: Node, *, runs: bool = True) -> Iterator[Text]:
    """Yield the texts of a document that are worth reading, each once, except commands that it runs."""
    seen: set[int] = set()
    todo: list[tuple[Path, Node]] = [((), root)]
    while todo:
        at, node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not isinstance(node, MappingNode):
            todo += [((*at, str(number)), one) for number, one in enumerate(items(node))][::-1]
            continue
        below: list[tuple[Path, Node]] = []
        for key, (_, value) in node.pairs.items():
            if not isinstance(value, ScalarNode):
                below.append(((*at, key), value))
            elif (
                ("\n" in value.text or value.text[:1] == "{" or key in _CONTENTS)
                and (_YAML.fullmatch(key) or _WORTH.search(value.text))
                and not (runs and key in COMMANDS and command_line(node))
            ):
                yield Text((*at, key), _name(key, node), value)
        todo += below[::-1]


def _name(key: str, node: MappingNode) -> str:
    """Return the name of a text: the file name beside its key, or the key."""
    if key not in _CONTENTS:
        return key
    return next((text_of(node.pairs[name].value) for name in _NAMES if name in node.pairs), key)


def _kind(name: str, data: bytes) -> FileKind | None:
    """Return the kind of a text, by its content, then by its name."""
    head = data[:4096]
    if _YAML.fullmatch(name) or head.startswith(b"#cloud-config"):
        name += ".yaml"
    for named in ("", name):
        for kind in map(file_kind, _KINDS):
            if kind.matches(named, head) and not (kind is file_kind("dotenv") and shape("", head)):
                return kind
    text = data.decode("utf-8", "replace")
    if _SCRIPT.fullmatch(name) and _SERVER.search(text):
        return file_kind("shell")
    return file_kind("dotenv") if _assigns(name, text) else None


def _assigns(name: str, text: str) -> bool:
    """Return whether a text consists of assignments, and was not read under its key."""
    is_other = (
        name in COMMANDS or is_meant(name) or _NO_FILE.fullmatch(name) or PROSE.fullmatch(name)
    )
    if is_other or not _OURS.search(text):
        return False
    return all(_LINE.fullmatch(line.strip()) for line in text.split("\n"))


def _moved(layer: Layer, names: tuple[str, str], at: Path, text: ScalarNode) -> Layer:
    """Return a layer of a text as a layer of the document.

    Args:
        layer: the layer.
        names: the name of the document's file, and the name under which the text was read.
        at: the path of the text in the document.
        text: the text.
    """
    path = names[0]
    selector = "/".join(filter(None, (*at, layer.selector)))
    label = f"{path}#{selector}"

    def moved(origin: Origin) -> Origin:
        if origin.file not in (None, *names):
            return origin._replace(source=label)
        line = text.line + (origin.line or 1) if text.block else text.line
        return origin._replace(source=label, file=path, line=line)

    return layer._replace(
        label=label,
        selector=selector,
        assignments=tuple(a._replace(origin=moved(a.origin)) for a in layer.assignments),
        notes=tuple(note._replace(origin=moved(note.origin)) for note in layer.notes),
        ignores={},
        by_dialect={},
    )
