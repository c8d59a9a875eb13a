"""What is hidden before a log reaches Slack, and what is not. None of these credentials is real."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.redaction import redact
from bot.domain.terminal import clean

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.c2lnbmF0dXJlLWV4YW1wbGU"
RANDOM = "x7GhQ2pL9vKd4TzR8wNs3Y"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcN\nshort\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_ACCESS_KEY_ID=[redacted AWS key]"),
        ("key ASIAIOSFODNN7EXAMPLE used", "key [redacted AWS key] used"),
        (
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_SECRET_ACCESS_KEY=[redacted]",
        ),
        ("AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVz=", "AWS_SESSION_TOKEN=[redacted]"),
        ("GITHUB_TOKEN=ghp_0123456789abcdefghijklmnopqrstuvwxyz", "GITHUB_TOKEN=[redacted GitHub token]"),
        ("using github_pat_11ABCDEFG0123456789_abcdef", "using [redacted GitHub token]"),
        ("glpat-abcdefghij0123456789", "[redacted GitLab token]"),
        ("slack: xoxb-0123456789-0123456789012-AbCdEfGhIjKlMnOp", "slack: [redacted Slack token]"),
        ("xapp-1-A012-345-abcdef", "[redacted Slack token]"),
        (
            "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
            "https://hooks.slack.com/[redacted Slack token]",
        ),
        (
            "export PULUMI_ACCESS_TOKEN=pul-0123456789abcdef0123456789abcdef01234567",
            "export PULUMI_ACCESS_TOKEN=[redacted Pulumi token]",
        ),
        (
            "//registry.example/:_authToken=npm_abcdefghijklmnopqrstuvwxyz0123456789",
            "//registry.example/:_authToken=[redacted npm token]",
        ),
        ("AIzaSyA0123456789abcdefghijklmnopqrstuvw", "[redacted Google key]"),
        ("sk_live_0123456789abcdef", "[redacted key]"),
        (JWT, "[redacted token]"),
        (f"Authorization: Bearer {JWT}", "Authorization: Bearer [redacted token]"),
        ("authorization: token abc", "authorization: token [redacted]"),
        (
            "curl -H 'Authorization: Basic dXNlcjpwYXNz' https://x.example",
            "curl -H 'Authorization: Basic [redacted]' https://x.example",
        ),
        ('{"Authorization": "s3cr3t"}', '{"Authorization": "[redacted]"}'),
        ("Authorization: AWS4-HMAC-SHA256 Credential=AKIA, Signature=fe5f80", "Authorization: [redacted]"),
        ("sent Bearer abc123def456ghi", "sent Bearer [redacted]"),
        ("password=hunter2", "password=[redacted]"),
        (
            "user=admin password=hunter2-Sup3r sslmode=require",
            "user=admin password=[redacted] sslmode=require",
        ),
        ("host=db;Password=a,b;c;Timeout=3", "host=db;Password=[redacted];Timeout=3"),
        ("DB_PASSWORD='two words'", "DB_PASSWORD='[redacted]'"),
        ('{"password": "hun\\"ter2", "user": "ada"}', '{"password": "[redacted]", "user": "ada"}'),
        ('{"clientSecret":"abc","n":1}', '{"clientSecret":"[redacted]","n":1}'),
        ('password = "never ends', "password = [redacted]"),
        ("  + password: correct horse battery", "  + password: [redacted]"),
        ("token: abc", "token: [redacted]"),
        ("apiKey: 'abc'", "apiKey: '[redacted]'"),
        ("the API key: abcdef", "the API key: [redacted]"),
        ("login with token: s3cr3t and go on", "login with token: [redacted] and go on"),
        ("login with password:hunter2", "login with password:[redacted]"),
        ("docker login --password s3cr3t --user ada", "docker login --password [redacted] --user ada"),
        ("tool --api-key=abc", "tool --api-key=[redacted]"),
        ("'token' => 'abc'", "'token' => '[redacted]'"),
        (
            "postgres://admin:hunter2-Sup3r@orders.example:5432/orders",
            "postgres://[redacted]@orders.example:5432/orders",
        ),
        ("https://user:p@ss@git.example/x.git", "https://[redacted]@git.example/x.git"),
        (
            "git clone https://0123456789abcdef0123@git.example/x",
            "git clone https://[redacted]@git.example/x",
        ),
        (f"generated a secret for the app -> {RANDOM}", "generated a secret for the app -> [redacted]"),
        ("MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu", "[redacted]"),
        (f"before\n{KEY}\nafter", "before\n[redacted private key]\nafter"),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFh\nthen words",
            "[redacted private key]\nthen words",
        ),
        ("ghp_0123456789\x1b[1mabcdefghijklmnop\x1b[0m!", "[redacted GitHub token]\x1b[0m!"),
        ("pass\x1b[0mword=hun\x1b[31mter2", "pass\x1b[0mword=[redacted]"),
    ],
)
def test_a_credential_is_hidden_and_what_is_around_it_stays(line: str, hidden: str) -> None:
    assert redact(line) == hidden
    assert redact(hidden) == hidden


@pytest.mark.parametrize(
    "line",
    [
        "HEAD is now at 1f0c9ab3d5e7f9a1b3c5d7e9f1a3b5c7d9e1f3a5 Rotate the secret store",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "urn:pulumi:dev::web::aws:secretsmanager/secret:Secret::db-password",
        "creating urn:pulumi:prod::web::random:index/randomPassword:RandomPassword::db-admin-2: 1 error occurred:",
        " +  aws:secretsmanager:Secret db-credentials creating (0s)",
        "  kubernetes:core/v1:Secret (app-secrets):",
        "not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
        "password: [secret]",
        'token: "[secret]"',
        "TOKEN=${GITHUB_TOKEN}",
        "password: <sensitive>",
        "password=true",
        "error: getting token: unauthorized",
        "error: reading the secret: access denied",
        "connecting: password: authentication failed for user",
        "SyntaxError: Unexpected token } in JSON",
        "Basic authentication is off",
        "use the --token flag to sign in",
        "npm ERR! https://registry.example:4873/@pulumi/aws",
        "https://app.example/acme/web/dev/updates/42?tab=secrets",
        "git@github.com:acme/web.git",
        "ssh://git@github.com/acme/web.git",
        "secret-rotation-lambda-0f3a2b1c-prod updated",
        "secret SecretsManagerRotationLambda2023Prod created",
        "the tokens were rotated",
        "src/handlers/orders.ts:41:23 - error TS2345: Argument of type 'string | undefined'",
        "RequestID: 7Q2T1V4MZX9K3B8D, HostID: kT5n0bqZ2cJ8a",
        "\x1b[31merror:\x1b[0m update failed",
        "a" * 60,
        "",
    ],
)
def test_an_ordinary_line_stays_as_it_is(line: str) -> None:
    assert redact(line) == line


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    assert redact("xs3cr3tx and s%2Fcr", ["s3cr3t", "s/cr"]) == "x[redacted]x and [redacted]"


def test_a_known_secret_of_several_lines_is_hidden_line_by_line() -> None:
    assert redact("> second-line <", ["first-line\nsecond-line\nx"]) == "> [redacted] <"


@pytest.mark.parametrize("secret", ["", "  ", "abc"])
def test_a_secret_too_short_to_tell_from_words_is_left(secret: str) -> None:
    assert redact("abc  def", [secret]) == "abc  def"


secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=24)
noise = st.sampled_from(["\x1b[31m", "\x1b[0m", "\r", "\x1b]0;x\x07", "\u200b", "\x00", ""])


@given(secrets, st.data(), st.text(max_size=12), st.text(max_size=12))
@settings(max_examples=200)
def test_a_known_secret_never_survives_however_it_is_cut_up(
    secret: str, data: st.DataObject, before: str, after: str
) -> None:
    scattered = "".join(letter + data.draw(noise) for letter in secret)
    text = redact(clean(redact(before + scattered + after, [secret])), [secret])
    rest = re.sub(r"\[redacted[^\]]*\]", "\n", text)
    assert secret not in rest


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_can_be_redacted(text: str) -> None:
    assert isinstance(redact(text, ["hunter2"]), str)


@given(st.from_regex(r"[a-z]{2,8}( [a-z]{2,8}){0,6}", fullmatch=True))
@settings(max_examples=100)
def test_plain_words_are_never_touched(text: str) -> None:
    assert redact(text) == text
