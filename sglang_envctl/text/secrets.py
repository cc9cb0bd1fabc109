"""What looks like a secret: a name that mentions one, a value of a known form."""

from __future__ import annotations

import re

# Patterns are compiled on first use; in most runs the words before them are enough.
_SECRET_WORDS = (
    "TOKEN", "SECRET", "PASS", "PWD", "CREDENTIAL", "KEY", "WEBHOOK", "DSN", "COOKIE", "CONN", "PAT",
)  # fmt: skip
_SECRET_NAME = (
    # Even without a separator before it: PGPASSWORD, SSHPASS, NGROK_AUTHTOKEN.
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|APIKEY|SSHPASS"  # noqa: S105
    r"|(?:ACCESS|AUTH|BEARER|REFRESH)TOKEN|(?:ACCESS|PRIVATE|SECRET)KEY)(?![A-RT-Z])"
    r"|(?:^|_)(?:PWD|CREDENTIAL|WEBHOOK|DSN|COOKIE|CONN(?:ECTION)?_STR(?:ING)?"
    r"|(?:API|ACCESS|ACCOUNT|AUTH|DEPLOY|ENCRYPTION|LICENSE|MASTER|PRIVATE|SIGNING|SSH|STORAGE"
    r"|SUBSCRIPTION)_KEY)S?(?:_|$)"
    # In the middle of a name, a token is usually a unit of text.
    r"|(?:^|_)TOKENS?(?:_(?:\d+|ADMIN|DEV|PROD|READ|RO|RW|STAGING|TEST|USER|VALUE|WRITE))?$"
    r"|_(?:PASS|PAT)$"
)
# Names about tokens as units of text, about where or how a secret is stored, or about the shell's
# working directory.
_NOT_SECRET_NAME = (
    r"(?<!API)(?<!AUTH)(?<!ACCESS)(?<!BOT)(?<!HF)_TOKENS$"  # noqa: S105
    r"|(?:^|_)(?:MAX|MIN|NUM|N|TOTAL|PER|EXTRA|CHUNK\w*|PREFILL\w*|DISPATCH)_?TOKENS?"
    r"|TOKENS?_(?:PER|LIMIT|BUDGET|COUNT|NUM|SIZE|LEN\w*|RATIO|WEIGHT|CAPACITY)"
    r"|_(?:FILE|PATH|DIR|NAME|TYPE|TTL|TIMEOUT|EXPIRY|ENABLED?|DISABLED?|REQUIRED)$"
    r"|TOKENIZER|^(?:OLD)?PWD$"
)
_KNOWN_FORM = (
    r"(?<![A-Za-z0-9])(?:hf_[A-Za-z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20}|github_pat_\w{20}"
    r"|glpat-[\w-]{16}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30}|sk-[\w-]{16}|[sr]k_live_\w{16}"
    r"|xox[abpr]-[\w-]{10}|nvapi-[\w-]{20}|npm_[A-Za-z0-9]{30}|gsk_[A-Za-z0-9]{30})"
    r"|(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]"
    # After its name within a longer value: a connection string, a query, a header.
    r"|(?i:(?<![A-Za-z0-9])(?:passw(?:or)?d|pwd|secret|api[_-]?key|authorization)"
    r"|(?<!\w)(?:access_|auth_|api_|hf_)?token)[\"']?\s{0,4}[=:]\s{0,4}[^\s&;,}]"
    r"|\b[Bb]earer\s(?=\S{0,40}\d)[\w+/=.~-]{12}"
)
_SHORTEST_KNOWN_FORM = 6


def looks_secret(name: str) -> bool:
    """Whether an undeclared name looks like the name of a secret."""
    name = name.upper()
    for word in _SECRET_WORDS:
        if word in name:
            name = re.sub(r"[.-]", "_", name)
            return bool(re.search(_SECRET_NAME, name)) and not re.search(_NOT_SECRET_NAME, name)
    return False


def has_known_form(raw: str) -> bool:
    """Whether a value is, or contains, a credential of a known form, regardless of its name."""
    return len(raw) >= _SHORTEST_KNOWN_FORM and bool(re.search(_KNOWN_FORM, raw))
