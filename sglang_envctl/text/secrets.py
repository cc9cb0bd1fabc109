"""Recognize a secret: a name that mentions a secret, or a value of a known form.

No other module decides this; `redaction` adds the secrets of a registry and an environment.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import lru_cache

# Patterns are compiled on first use; most runs need only the words before them.
_SECRET_WORDS = frozenset([
    "ACCOUNT", "AUTH", "BEARER", "CONN", "CONNECTION", "COOKIE", "COOKIES", "CRED", "CREDENTIAL",
    "CREDENTIALS", "CREDS", "DSN", "JWT", "KEY", "KEYS", "LICENSE", "OTP", "PASS", "PAT", "PIN",
    "PW", "PWD", "SALT", "SESSION", "WEBHOOK", "WEBHOOKS",
])  # fmt: skip
_SECRET_PARTS = (
    "TOKEN",
    "SECRET",
    "PASSW",
    "PASSPHRASE",
    "SSHPASS",
    "APIKEY",
    "ACCESSKEY",
    "PRIVATEKEY",
    "PRIVKEY",
)
_SECRET_NAME = (
    # These words need no separator before them: PGPASSWORD, SSHPASS, NGROK_AUTHTOKEN.
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|APIKEY|SSHPASS"  # noqa: S105
    r"|(?:ACCESS|API|AUTH|BEARER|REFRESH)TOKEN|(?:ACCESS|PRIV|PRIVATE|SECRET)KEY)(?![A-RT-Z])"
    r"|(?:^|_)(?:PWD|CRED|CREDENTIAL|WEBHOOK|DSN|COOKIE|CONN(?:ECTION)?_STR(?:ING)?"
    r"|(?:AES|API|ACCESS|ACCOUNT|AUTH|CLIENT|DEPLOY|ENCRYPTION|HMAC|JWT|LICENSE|MASTER|PRIVATE|RSA"
    r"|SESSION|SIGNING|SSH|SSL|STORAGE|SUBSCRIPTION|TLS|UNSEAL)_KEY)S?(?:_|$)"
    # In the middle of a name, a token is usually a unit of text.
    r"|(?:^|_)TOKENS?(?:\d+|_(?:\d+|ADMIN|DEV|PROD|READ|RO|RW|STAGING|TEST|USER|VALUE|WRITE))?$"
    r"|_(?:PASS|PAT|PW)$|(?:^|_)AUTH_HEADERS?$|(?:^|_)(?:AUTH|BEARER|JWT|OTP|SALT|(?:SERVICE_ACCOUNT|KEY)_JSON)$"
    r"|^(?:KEY|LICENSE|PASS|PIN|SESSION)$"
)
# Names about tokens as units of text, about where or how a secret is stored, about whether one is
# needed, or about the shell's working directory.
_NOT_SECRET_NAME = (
    r"(?<!API)(?<!AUTH)(?<!ACCESS)(?<!BOT)(?<!HF)_TOKENS$"  # noqa: S105
    r"|(?:^|_)(?:MAX|MIN|NUM|N|TOTAL|PER|EXTRA|CHUNK\w{0,40}|PREFILL\w{0,40}|DISPATCH)_?TOKENS?"
    r"|TOKENS?_(?:PER|LIMIT|BUDGET|COUNT|NUM|SIZE|LEN\w*|RATIO|WEIGHT|CAPACITY)"
    r"|_(?:FILE|PATH|DIR|NAME|TYPE|TTL|TIMEOUT|EXPIRY|ENABLED?|DISABLED?|REQUIRED)$"
    r"|(?:^|_)(?:ALLOW|DISABLE|ENABLE|NO|REQUIRE|SKIP|USE|WITH)_AUTH$"
    r"|TOKENIZER"
)
_MISSPELLED = (
    "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "ACCESS",
    "PRIVATE", "APIKEY", "WEBHOOK",
)  # fmt: skip
_OTHER_WORDS = frozenset({"TAKEN", "TOKENS", "SECRETS", "PASSWORDS", "ASSESS"})
# The prefix of a token, and the characters after it.
_TOKENS = {
    "hf_": r"[A-Za-z0-9]{16}",
    "gh": r"[pousr]_[A-Za-z0-9]{20}",
    "github_pat_": r"\w{20}",
    "glpat-": r"[\w-]{16}",
    **dict.fromkeys(("AKIA", "ASIA"), r"[0-9A-Z]{16}"),
    "AIza": r"[\w-]{30}",
    "sk-": r"[\w-]{16}",
    **dict.fromkeys(("sk_live_", "rk_live_"), r"\w{16}"),
    "xox": r"[abpr]-[\w-]{10}",
    "xapp-": r"[\w-]{10}",
    "nvapi-": r"[\w-]{20}",
    **dict.fromkeys(("npm_", "gsk_", "r8_"), r"[A-Za-z0-9]{30}"),
    "pypi-": r"[\w-]{30}",
    **dict.fromkeys(("dckr_pat_", "hvs.", "ya29."), r"[\w-]{20}"),
    "SG.": r"[\w-]{16,}\.[\w-]{16}",
    "dop_v1_": r"[0-9a-f]{40}",
    "shp": r"(?:at|ss)_[0-9a-f]{30}",
    "AGE-SECRET-KEY-1": "",
}
# A user and a password, or a password alone, where a host and a port belong: what is neither a number
# nor a placeholder is no port. Other schemes may have a tag there, such as docker://image:tag.
_USER_WITHOUT_HOST = (
    r"(?i:\b(?:https?|wss?|ftps?|rediss?|valkeys?|postgres(?:ql)?|mysql|mariadb|mongodb|amqps?|mqtts?"
    r"|ldaps?|smtps?|socks[45][ah]?|nats|clickhouse)(?:\+\w{1,20})?"
    r"://(?!localhost:)[\w~%-]{0,80}:(?!\d{1,5}(?!\w)|%?(?:\w{1,20}_)?port|x+\b))"
    r"[\w.!%*+=^~-]{3,}(?=[/?#,;\s\"']|\Z)"
)
# By a string that every value of the form contains, because searching for a string is much faster than a
# pattern, which is tried only afterwards.
_FORMS = {
    **{
        head: rf"{re.escape(head)}(?<![A-Za-z0-9]{re.escape(head)}){rest}"
        for head, rest in _TOKENS.items()
    },
    "eyJ": r"eyJ(?<![\w-]eyJ)[\w-]{10,}\.[\w-]{10,}\.[\w-]",
    "earer": r"earer(?<=\b[Bb]earer)\s(?=\S{0,40}\d)[\w+/=.~-]{12}",
    # As an option of a command line, and in a .netrc.
    "--": r"--(?<![\w-]--)(?:[a-z]+-){0,3}"
    r"(?:api-key|passw(?:or)?d|secret|(?:access-|api-|auth-|hf-)token|(?<=--)token)"
    r"(?:\s{1,4}|=)[\"']?[^\s\"'-]",
    "login": r"login(?<=\blogin)\s\S{1,80}\spassword\s\S",
    "://": _USER_WITHOUT_HOST,
    # What signs a URL.
    **dict.fromkeys(
        "?&",
        r"(?i:[?&](?:sig|signature|(?:x-(?:amz|goog|oss|cos|tos|obs)-)?"
        r"(?:signature|credential|security-token)|awsaccesskeyid|accesskeyid|ossaccesskeyid))=[^&\s]{4}",
    ),
}
# A secret after its name within a longer value, in any case: a connection string, a query, a header.
_NAMED_FORMS = {
    name: rf"{name}(?<!{before}{name})[\"']?\s{{0,4}}[=:]\s{{0,4}}[^\s&;,}}]"
    for before, names in (
        ("[a-z0-9]", "passwd password pwd secret apikey api_key api-key authorization"),
        (r"\w", "token access_token auth_token api_token hf_token"),
    )
    for name in names.split()
}
_SHORTEST_KNOWN_FORM = 6
_LONG = 8
_LONG_WORD = rf"[A-Za-z0-9+/_=.-]{{{_LONG},}}"
_USUAL_WORD = r"[A-Z]?[a-z]+(?:[-_./=][a-z]+)*[=.]?|[A-Z]+(?:_[A-Z]+)*"
_KEY_WORD = r"[A-Za-z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*"
_NAMED_VALUE = r"""(?<![\w$])([A-Za-z][\w.-]{2,63})["']?\s{0,4}[=:]\s{0,4}["']?[^\s&;,}"'=:/]"""
# The text before a host without a scheme, where the user begins; the digest of an image is not a host.
_BEFORE_HOST = r"(?<![^\s/@])[^\s/@:]*:[^\s/@]+@(?!sha\d)(?=[\w\[\s/]|\Z)"
_USERINFO = r"(?<![^\s/,;=\"'(\[{|])(?!mailto:)[^:,;=\"'(\[{|]*:[^@]+@"


@lru_cache(maxsize=4096)
def looks_secret(name: str) -> bool:
    """Return whether an undeclared name looks like the name of a secret, misspelled or not."""
    if name in ("PWD", "OLDPWD"):  # set by every shell
        return False
    words = _words(name).split("_")
    if not any(_is_suspicious(word) for word in words if not word.isdigit()):
        return False
    return _is_secret("_".join(words)) or _is_secret("_".join(map(_meant, words)))


def has_known_form(raw: str) -> bool:
    """Return whether a value is, or contains, a credential of a known form, regardless of its name."""
    if len(raw) < _SHORTEST_KNOWN_FORM:
        return False
    return _contains(raw, _FORMS) or _contains(raw.lower(), _NAMED_FORMS) or _names_secret(raw)


def without_odd_words(text: str, known: Container[str] = frozenset()) -> str:
    """Return a text, for a message, with words that may be a misplaced secret replaced by `...`.

    A long word that mixes cases, or letters with digits, is replaced, unless it is one of `known`.
    If `known` is not empty, the text is lines of a file, so a word may be an assignment or a path.
    """
    usual_word = f"{_USUAL_WORD}|{_KEY_WORD}" if known else _USUAL_WORD

    def usual(word: str) -> bool:
        return len(word) < _LONG or word in known or bool(re.fullmatch(usual_word, word))

    def shown(match: re.Match[str]) -> str:
        word = match[0]
        parts = [part.lstrip("./") for part in word.split("=")] if known else [word]
        return word if word in known or all(map(usual, parts)) else "..."

    return re.sub(_LONG_WORD, shown, text)


def without_tokens(text: str, mask: str) -> str:
    """Mask every token of a known form, wherever it is: as a name, in the name of a file."""
    for head in _TOKENS:
        if head in text:
            text = re.sub(rf"{_FORMS[head]}\w*", mask, text)
    return text


def without_userinfo(text: str, mask: str) -> str:
    """Mask the user and password of every URL and host, even if they are not properly encoded."""
    masked = "".join(
        _without_url_userinfo(word, mask) if "://" in word and "@" in word else word
        for word in re.split(r"(\s+)", text)
    )
    if not (":" in masked and "@" in masked):
        return masked

    def without(match: re.Match[str]) -> str:
        user = re.compile(_USERINFO).search(masked, *match.span())
        return f"{masked[match.start() : user.start()]}{mask}@" if user else match[0]

    return re.sub(_BEFORE_HOST, without, masked)


def _contains(text: str, forms: Mapping[str, str]) -> bool:
    return any(part in text and re.search(form, text) for part, form in forms.items())


def _is_secret(name: str) -> bool:
    return bool(re.search(_SECRET_NAME, name)) and not re.search(_NOT_SECRET_NAME, name)


@lru_cache(maxsize=65536)
def _is_suspicious(word: str) -> bool:
    """Return whether a word may be part of a secret's name; most names have no such word."""
    if word in _SECRET_WORDS or any(part in word for part in _SECRET_PARTS):
        return True
    return _meant(word) != word


def _meant(word: str) -> str:
    """Return the word for a secret that differs from this word by one typo; otherwise this word."""
    if word in ("KYE", "EKY"):
        return "KEY"
    if len(word) < 4 or word in _OTHER_WORDS or not word.isalpha():
        return word
    # A typo leaves the beginning or the end intact.
    near = (right for right in _MISSPELLED if word[:2] == right[:2] or word[-2:] == right[-2:])
    return next((right for right in near if _one_slip(word, right)), word)


def _one_slip(word: str, right: str) -> bool:
    """Return whether one letter of a word is wrong, missing or added, or two letters are swapped."""
    if word == right or abs(len(word) - len(right)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), None)
    if at is None:
        return True
    rest, expected = word[at:], right[at:]
    exchanged = rest[:2] == expected[1::-1] and rest[2:] == expected[2:]
    return exchanged or expected[1:] in (rest, rest[1:]) or rest[1:] == expected


def _names_secret(raw: str) -> bool:
    """Return whether a value contains the name of a secret and then the secret, as in JSON."""
    if not ("=" in raw or ":" in raw):
        return False
    return any(
        match[1].upper() not in ("KEY", "LICENSE", "PIN", "SESSION") and looks_secret(match[1])
        for match in re.finditer(_NAMED_VALUE, raw)
    )


def _words(name: str) -> str:
    """Return the name in uppercase, with _ between its words."""
    if not name.isupper():
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return re.sub(r"[.-]", "_", name) if "-" in name or "." in name else name


def _without_url_userinfo(word: str, mask: str) -> str:
    at = word.rfind("@")
    start = word.find("://") + 3
    while 3 <= start <= at:
        end = re.compile(r"[^/?#@:]*").match(word, start).end()  # type: ignore[union-attr]
        host = "." in word[start:end] or word[start:end] == "localhost"
        port = host and re.compile(r":\d{1,5}[/?#,]").match(word, end)
        if word[end] == "@" or (word[end] == ":" and not port):
            return f"{word[:start]}{mask}{word[at:]}"
        start = word.find("://", start) + 3
    return word
