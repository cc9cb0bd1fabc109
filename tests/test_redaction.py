"""Which names and values are secret, and that nothing of a secret is ever shown."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sglang_envctl.environment import Assignment, Environment, Layer, Origin, stack
from sglang_envctl.redaction import MASK, Redactor, redactor
from sglang_envctl.registry import load
from sglang_envctl.sources.context import Context
from sglang_envctl.sources.dotenv.dialects.dotenv import read
from sglang_envctl.text.secrets import looks_secret, without_odd_words
from tests.tables import table

NAMES_OF_SECRETS = """
    HF_TOKEN HUGGING_FACE_HUB_TOKEN HF_TOKEN_2 HF_TOKEN_READ GITHUB_TOKEN token API_TOKENS
    SLACK_TOKEN AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN OPENAI_API_KEY
    OPENAI_APIKEY API_KEYS DEPLOY_SSH_KEY SIGNING_KEY ENCRYPTION_KEY AZURE_STORAGE_KEY
    AZURE_STORAGE_CONNECTION_STRING DB_PASSWORD PGPASSWORD MYSQL_PWD PASSWORD REDIS_PASS SSHPASS
    db_passwd BORG_PASSPHRASE DB_PASSWORD_PROD DB_DSN SENTRY_DSN CLIENT_SECRET DJANGO_SECRET_KEY
    SECRETS NGROK_AUTHTOKEN GITHUB_PAT SESSION_COOKIE SLACK_WEBHOOK SLACK_WEBHOOK_URL
    ETCD_AUTH_PASSWORD GOOGLE_CREDENTIALS spring.datasource.password db-password
    HF_TOKNE HF_TKEN HF_TOKKEN HF_TOKEM DB_PASSWROD AWS_SECERT_KEY API_KYE AWS_ACESS_KEY_ID
    REDIS_AUTH BASIC_AUTH JWT BEARER HuggingFaceToken openaiApiKey TLS_KEY SERVICE_ACCOUNT_JSON KEY
    PASS SESSION SALT PIN OTP LICENSE MY_APITOKEN REGISTRY_CREDS CRED MYSQL_ROOT_PW PRIVKEY
    TOKEN1 AUTH_HEADER VAULT_UNSEAL_KEY
"""
HARMLESS_NAMES = """
    SGLANG_MORI_MOE_MAX_INPUT_TOKENS SGLANG_MORI_PREALLOC_MAX_RECV_TOKENS MAX_TOKENS MAX_TOKEN
    DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION NUM_TOKENS
    SGLANG_KV_CANARY_ENABLE_TOKEN_ORACLE SGLANG_SIMULATE_ACC_TOKEN_MODE SYNC_TOKEN_IDS_ACROSS_TP
    SGLANG_MINIMAX_VIT_TOKEN_BLOCK TOKENS_PER_STEP TOKENIZERS_PARALLELISM
    SGLANG_DETOKENIZER_MAX_STATES PWD OLDPWD KEYBOARD MONKEY KEY_REPEAT SGLANG_CACHE_KEY_VERSION
    PRIMARY_KEY TURKEY HOTKEYS COMPASS BYPASS PASSENGER SECRETARY PASSWORDLESS PATH PATTERN
    CONNECTIONS SPAT HF_TOKEN_PATH AWS_WEB_IDENTITY_TOKEN_FILE SSH_KEY_PATH SECRET_NAME TOKEN_TTL
    HF_TOKEN_ENABLED SGLANG_CACHE_DIT_ENABLED VAULT_TOKEN_FILE MY_SECRET_NAME ENABLE_AUTH TIME_TAKEN
    DESKTOP_SESSION XDG_SESSION_TYPE GPG_KEY PW_DEPTH INCREDIBLE TOKENS_1K MEM_PIN PIN_MEMORY
    SSH_AUTH_SOCK AUTHOR OPENING BROKEN SECTOR
"""


@table("name", NAMES_OF_SECRETS.split())
def test_name_of_a_secret(name: str) -> None:
    assert looks_secret(name)


@table("name", HARMLESS_NAMES.split())
def test_name_of_no_secret(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize("word", ["CHUNK_", "TOKEN_", "aB", "_"])
def test_a_long_name_is_judged_soon(word: str) -> None:
    start = time.process_time()
    looks_secret("API_KEY_" + word * 20_000)

    assert time.process_time() - start < 1


def test_many_secrets_with_one_beginning_are_looked_for_soon() -> None:
    many = "".join(f"DB_{i}_PASSWORD={'a' * 8}{i}\n" for i in range(1_000))
    hide, start = hider(many), time.process_time()

    assert hide.raw("A", "a" * 50_000) == "a" * 50_000
    assert time.process_time() - start < 1
    assert hide.raw("A", f"x{'a' * 8}512") == MASK


def environment(text: str, process: dict[str, str] | None = None) -> Environment:
    return stack([read("a.env", text.encode(), Context(process or {}))])


def hider(text: str = "", *, show: bool = False) -> Redactor:
    return redactor([environment(text)], load(), show=show)


@table(
    ("raw", "expected"),
    [
        # nothing to hide
        ("", ""),
        ("plain", "plain"),
        ("user@host", "user@host"),
        ("http://h:8000/v1", "http://h:8000/v1"),
        ("https://github.com/org/repo@v1", "https://github.com/org/repo@v1"),
        ("http://localhost:8000/v1@main", "http://localhost:8000/v1@main"),
        ("http://my.host:80,http://b.c:90/x@y", "http://my.host:80,http://b.c:90/x@y"),
        ("s3://bucket/a@b", "s3://bucket/a@b"),
        ("http://h/?q=a@b", "http://h/?q=a@b"),
        ("max_tokens=5 tokenizer=x", "max_tokens=5 tokenizer=x"),
        ("sk-learn", "sk-learn"),
        ("disk-0123456789abcdef0123", "disk-0123456789abcdef0123"),
        ("basic authentication", "basic authentication"),
        # the user and password of a URL
        ("http://u:p@h:80/x", f"http://{MASK}@h:80/x"),
        ("http://u@h", f"http://{MASK}@h"),
        ("redis://:pw@h", f"redis://{MASK}@h"),
        ("amqp://u:p%40%2Fq@h/", f"amqp://{MASK}@h/"),
        ("postgres://u:p@ss@h/db", f"postgres://{MASK}@h/db"),
        ("postgres://u:pa/ss@h/db", f"postgres://{MASK}@h/db"),
        ("postgres://u:p?a#s:s@h/db", f"postgres://{MASK}@h/db"),
        ("postgres://u:12/34@h/db", f"postgres://{MASK}@h/db"),
        ("jdbc:postgresql://u:p@h/db", f"jdbc:postgresql://{MASK}@h/db"),
        ("git+https://u:p@h/x.git@v1", f"git+https://{MASK}@v1"),
        ("see http://u:p@h and http://v:q@i", f"see http://{MASK}@h and http://{MASK}@i"),
        ("'http://u:p@h'\n\"http://v:q@i\"", f"'http://{MASK}@h'\n\"http://{MASK}@i\""),
        ("http://a.b:80/x,http://u:p@h", f"http://a.b:80/x,http://{MASK}@h"),
        ("http://u:p@h,http://v:q@i", f"http://{MASK}@i"),
        # a user and a password where a host and a port belong
        ("http://me:hunter2", MASK),
        ("see 'http://me:hunter2'", MASK),
        ("redis://:hunter2/0", MASK),
        ("postgresql+psycopg://me:hunter-2/db", MASK),
        ("http://me:1234567", MASK),
        *(
            (text, text)
            for text in (
                "http://h:8000,http://i:8001/v1",
                "http://h:80.",
                "http://h:$PORT",
                "http://h:PORT",
                "http://h:${ROUTER_PORT:-80}/x",
                "http://h:<port>",
                "http://h:{port}",
                "http://h:%d",
                "http://h:%ROUTER_PORT%",
                "http://h:my_port",
                "http://h:XXXX",
                "http://[::1]:80",
                "http://h.example:name",
                "http://localhost:name",
                "docker://image:latest",
                "oci://image:tag",
                "ollama://qwen2:7b-instruct",
                "tcp://*:zmq",
                "ssh://alias:org/repo",
                "http://h/a:bcd",
                "file:///a:bcd",
                "http://h:80:",
                "redis://h",
            )
        ),
        # without a scheme, or with a wrong one
        ("bob:hunter2@proxy:3128", f"{MASK}@proxy:3128"),
        ("http:/u:pw@h", f"http:/{MASK}@h"),
        ("http//u:pw@h", f"http//{MASK}@h"),
        ("a,u:pw@h", f"a,{MASK}@h"),
        (":pw@h", f"{MASK}@h"),
        ("u:pw@", f"{MASK}@"),
        ("lmsysorg/sglang:v1@sha256:0f", "lmsysorg/sglang:v1@sha256:0f"),
        ("mailto:me@example.org", "mailto:me@example.org"),
        ("git@github.com:org/repo", "git@github.com:org/repo"),
        # known forms, whatever the name
        ("-----BEGIN PRIVATE KEY-----\nx", MASK),
        ("LS0tLS1CRUdJTiBQUklWQVRF", MASK),
        ("hf_" + "aB3" * 10, MASK),
        ("x hf_" + "aB3" * 10 + " y", MASK),
        ("--token=hf_" + "aB3" * 10, MASK),
        ("ghp_" + "aB3" * 12, MASK),
        ("github_pat_" + "aB3" * 12, MASK),
        ("AKIAIOSFODNN7EXAMPLE", MASK),
        ("sk-proj-0123456789abcdef", MASK),
        ("xoxb-0123456789", MASK),
        ("nvapi-" + "aB3" * 10, MASK),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", MASK),
        # a secret by its name inside the text
        ("host=h user=u password=hunter2", MASK),
        ("Server=h;Pwd=x;", MASK),
        ('{"api_key": "x"}', MASK),
        ("https://h/?a=1&access_token=x", MASK),
        ("DB_PASSWORD=x", MASK),
        ("Authorization: Basic eA==", MASK),
        ("Bearer 0123456789ab", MASK),
        ('{"secret_key": "x"}', MASK),
        ('{"private_key": "x"}', MASK),
        ('{"auths": {"r": {"auth": "eA=="}}}', MASK),
        ('{"clientSecret":"x"}', MASK),
        ('{"key": "id", "session": "a"}', '{"key": "id", "session": "a"}'),
        ("https://h/p?sig=abcdef", MASK),
        ("--tp 8 --api-key x --port 1", MASK),
        ("--admin-api-key=x", MASK),
        ("--ssl-keyfile-password 'x'", MASK),
        ("--hf-token x", MASK),
        ("--token x", MASK),
        ("machine h login u password x", MASK),
        ("--max-new-token 5 --tokenizer-path x", "--max-new-token 5 --tokenizer-path x"),
        ("--api-key --port 1", "--api-key --port 1"),
        ("https://h/p?X-Amz-Signature=abcdef", MASK),
        ("https://h/p?page=2&sign=1", "https://h/p?page=2&sign=1"),
    ],
)
def test_values_under_any_name(raw: str, expected: str) -> None:
    assert expected == hider().raw("NOTES", raw)
    assert raw == hider(show=True).raw("NOTES", raw)


STATED = "HF_TOKEN=correct-horse\n"


@table(
    ("text", "masked"),
    [
        (STATED, {"HF_TOKEN"}),
        ("SGLANG_S3_ACCESS_KEY_ID=studio", {"SGLANG_S3_ACCESS_KEY_ID"}),
        (STATED + "A=correct-horse", {"HF_TOKEN", "A"}),
        (STATED + "A='x correct-horse y'", {"HF_TOKEN", "A"}),
        (STATED + "A=${HF_TOKEN}", {"HF_TOKEN", "A"}),
        ("HF_TOKEN=abc\nA=${HF_TOKEN}\nB=x${A}\nC=abc", {"HF_TOKEN", "A", "B"}),
        ("HF_TOKEN=abcd\nA=abcd\nB=abcde", {"HF_TOKEN", "A"}),
        ("A=${MY_TOKEN}", {"A"}),
        ("A=${NO_TOKEN:-abc}", {"A"}),
        ("A=${SGLANG_S3_ACCESS_KEY_ID:-abc}", {"A"}),
        ("B=x\nA=correct-horse\n" + STATED, {"HF_TOKEN", "A"}),
        ('DB_PASSWORD="correct\\nhorse"\nA=\'x{"y":"correct\\\\nhorse"}\'', {"DB_PASSWORD", "A"}),
        ("DB_PASSWORD='correct/h@rse'\nA=x?y=correct%2Fh%40rse&z", {"DB_PASSWORD", "A"}),
        ("DB_PASSWORD='\"correct-horse\"'\nA=correct-horse", {"DB_PASSWORD", "A"}),
        ("DB_PASSWORD=' horses '\nA=horses", {"DB_PASSWORD", "A"}),
        ("DB_PASSWORD=' hor\"ses! '\nA='(hor\"ses!)'", {"DB_PASSWORD", "A"}),
        ("OPENAI_API_KEY=EMPTY\nHF_TOKEN=true\nA=EMPTY\nB=true", {"OPENAI_API_KEY", "HF_TOKEN"}),
        ("HF_TOKEN=\nA=\nB=x", set()),
    ],
)
def test_secrets_show_through_no_other_name(text: str, masked: set[str]) -> None:
    found = environment(text, {"MY_TOKEN": "abc"})
    hide = redactor([found], load())
    assert masked == {a.name for a in found.effective.values() if hide.masks(a.name, a.raw)}


def test_a_secret_of_one_environment_is_none_of_another() -> None:
    hide = redactor([environment(STATED), environment("A=1")], load())
    assert hide.raw("A", "correct-horse") == MASK


def test_a_declared_name_is_what_its_declaration_says() -> None:
    from dataclasses import replace

    known = load().find("SGLANG_S3_BUCKET_NAME")
    assert known
    registry = load().extended(
        [replace(known, name="MAX_TOKEN_SECRET"), replace(known, secret=True)]
    )
    hide = redactor([environment("MAX_TOKEN_SECRET=abcdef\nSGLANG_S3_BUCKET_NAME=media")], registry)
    assert (
        hide.raw("MAX_TOKEN_SECRET", "abcdef"),
        hide.raw("SGLANG_S3_BUCKET_NAME", "media"),
    ) == ("abcdef", MASK)


@table(
    ("raw", "value", "expected"),
    [
        ("7", 7, 7),
        ("true", True, True),
        ("x", None, None),
        ("a,b", ["a", "b"], ["a", "b"]),
        ('{"a": [1]}', {"a": [1]}, {"a": [1]}),
        ("correct-horse", "correct-horse", MASK),
        ("correct-horse,b", ["correct-horse", "b"], MASK),
        ("correct-horse,7", 7, MASK),
        ("http://u:p@h", "http://u:p@h", f"http://{MASK}@h"),
        ("http://u:p,q@h", ["http://u:p", "q@h"], MASK),
        ("http://u:p@h:80", {"user": "u", "port": 80}, MASK),
        ("http://u:p@h:80", "u:p@h:80", f"{MASK}@h:80"),
        ("x", ["http://u:p@h", ("y", {"http://v:q@i": "correct-horse"})],
         [f"http://{MASK}@h", ["y", {f"http://{MASK}@i": MASK}]]),
    ],
)  # fmt: skip
def test_a_readers_value(raw: str, value: object, expected: object) -> None:
    assert expected == hider(STATED).json("A", raw, value)
    if not isinstance(value, tuple) and raw != "x":
        assert value == hider(STATED, show=True).json("A", raw, value)


def test_text_for_people_is_masked_inert_and_short() -> None:
    hide = hider(STATED)
    assert f"HF_TOKEN={MASK}" == hide.quoted("HF_TOKEN", "correct-horse")
    assert hide.quoted("A\x1b", "x\ny") == "A\\x1b=x\\ny"
    assert len(hide.text("A", "x" * 10_000)) < 250
    assert hider(STATED, show=True).text("HF_TOKEN", "correct-horse") == "correct-horse"


def test_a_fingerprint_tells_same_from_different_in_one_run_only() -> None:
    one, other = hider(), hider()
    assert one.fingerprint("a") == one.fingerprint("a")
    assert one.fingerprint("a") != one.fingerprint("b")
    assert one.fingerprint("a") != other.fingerprint("a")
    assert re.fullmatch(re.escape(MASK) + " #[0-9a-f]{6}", one.fingerprint("\udcff\ud800" * 1000))


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("no-such-rule", "no-such-rule"),
        ("sorces", "sorces"),
        ("\x1b[31m", "\x1b[31m"),
        ("Zq7Xw9Kp2Lm4", "..."),
        ("abcSECRETwrapped", "..."),
        (
            "key 'Zq7Xw9Kp2Lm4' twice (at line 3, column 11)",
            "key '...' twice (at line 3, column 11)",
        ),
    ],
)
def test_what_a_message_repeats_of_a_word_in_a_wrong_place(text: str, repeated: str) -> None:
    assert repeated == without_odd_words(text)


def test_the_mask_tells_nothing() -> None:
    hide = hider("A_TOKEN=x\nB_TOKEN=" + "y" * 500)
    assert hide.text("A_TOKEN", "x") == hide.text("B_TOKEN", "y" * 500) == MASK


@pytest.mark.slow
@given(
    secret=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=8, max_size=40),
    before=st.text(max_size=5),
    after=st.text(max_size=5),
)
@example("pass/word@x:y", "http://u:", "@h/")
@example('quo"te\\new\nline', "{", "}")
@example("        ", "", "")
@example("0²000000", "", "")
@example("\x850000000", "", "")
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_piece_of_a_secret_is_shown(secret: str, before: str, after: str) -> None:
    stated = Assignment("MY_TOKEN", secret, Origin("a.env"))
    found = stack([Layer("a.env", "dotenv", (stated,))])
    hide = redactor([found], load())
    outputs = [
        shown
        for raw in (secret, before + secret + after, json.dumps([before, secret]))
        for name in ("MY_TOKEN", "OTHER")
        for shown in (
            hide.raw(name, raw),
            hide.text(name, raw),
            hide.quoted(name, raw),
            hide.fingerprint(raw),
            repr(hide.json(name, raw, raw)),
            repr(hide.json(name, raw, [raw, {raw: raw}])),
        )
    ]
    innocent = f"MY_TOKEN OTHER={MASK} [' {{}}"
    pieces = {secret[i : i + 4] for i in range(len(secret) - 3)}
    assert not [(p, o) for p in pieces for o in outputs if p in o and p not in innocent]


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw",
    [
        "a.a-" * 25_000 + "@",
        "@://" + ":" * 100_000,
        "a://b:80/" * 20_000 + "@",
        "eyJaaaaaaaaaa-" * 10_000,
        "token " * 20_000,
        "bearer " * 20_000,
        "x" * 130_000,
        "u:" * 60_000 + "@",
        "a.b:c@" * 20_000,
        "secret_" * 18_000,
        "a=" * 60_000,
        "@ " + "{" * 120_000,
        "@ " + "=:x" * 40_000,
        "--" + "a-" * 60_000,
        "login a " * 15_000,
        "hf_eyJSG.sk-" * 10_000,
        "http://a:http://" * 10_000,
        "https+" * 20_000 + "://a:",
        "correct-" * 15_000,
    ],
    ids=lambda raw: raw[:8],
)
def test_time_is_linear(raw: str) -> None:
    text = "\n".join(f"T{i}_TOKEN=correct-horse-{i}" for i in range(5000))
    hide = hider(text)
    start = time.process_time()
    hide.text("A", raw)
    assert time.process_time() - start < 5
