"""What a command differs by: variables, a message, a reason, a page; and the whole organisation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import Invocation, Verb
from bot.domain.grammar import parse
from bot.domain.options import Options, Variable
from bot.domain.refusals import Refusal

REGION = Variable("REGION", "eu-west-1")


def options(text: str) -> Options:
    got = parse(text)
    assert isinstance(got, Invocation), got
    return got.options


@pytest.mark.parametrize(
    ("text", "given_options"),
    [
        ("deploy web/dev --env REGION=eu-west-1", Options((REGION,))),
        ("deploy web/dev --env=REGION=eu-west-1", Options((REGION,))),
        ("deploy -e REGION=eu-west-1 web/dev", Options((REGION,))),
        ("deploy web/dev --env REGION=eu-west-1 --env B=", Options((REGION, Variable("B", "")))),
        ("deploy web/dev —env “NOTE=two words”", Options((Variable("NOTE", "two words"),))),
        ('deploy web/dev --env NOTE="two words"', Options((Variable("NOTE", "two words"),))),
        ("preview web/dev --no-inherit", Options(inherit=False)),
        ('deploy web/dev --message "fix the login"', Options(message="fix the login")),
        ("deploy web/dev -m fix the login", Options(message="fix the login")),
        ("deploy web/dev --message=fix --branch main", Options(message="fix")),
    ],
)
def test_a_deployment_may_differ_from_its_settings(text: str, given_options: Options) -> None:
    assert options(text) == given_options


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("deploy web/dev --env", "--env: Write NAME=value."),
        ("deploy web/dev --env REGION", "has no value"),
        ("deploy web/dev --env PULUMI_X=1", "reserved"),
        ("deploy web/dev --env A=1 --env A=2", "A stands there twice."),
        ("deploy web/dev --env TOKEN=secret:hunter2", "looks like a secret"),
        ("deploy web/dev --env DB_PASSWORD=hunter2", "looks like a secret"),
        ("deploy web/dev --no-inherit=yes", "takes no value"),
        ("deploy web/dev --message", "needs some words"),
        ("status --env A=1", "status does not take --env."),
        ("pause web/dev --reason", "needs some words"),
        ("pause web/dev --org", "goes with pause or resume and without a stack"),
        ("history web/dev sideways", '"sideways" is no status.'),
        ("history web/dev failed failed", "One status at a time."),
        ("history web/dev --page x", "is not the number of a page"),
        ("history web/dev --page 0", "is not the number of a page"),
        ("history web/dev --page 10001", "is not the number of a page"),
    ],
)
def test_what_is_wrong_with_a_flag_is_said_without_its_value(text: str, problem: str) -> None:
    got = parse(text)
    assert isinstance(got, Refusal), got
    assert problem in got.problem
    assert "hunter2" not in got.problem + got.remedy


@pytest.mark.parametrize("verb", ["deploy", "preview", "refresh", "destroy"])
def test_a_start_without_a_stack_keeps_what_was_typed_for_the_form(verb: str) -> None:
    assert parse(f"{verb} --branch main") == Invocation(Verb(verb), branch="main")


@pytest.mark.parametrize(
    ("text", "invocation"),
    [
        ("pause web/dev", Invocation(Verb.PAUSE, "web/dev")),
        ("pause web/dev until five", Invocation(Verb.PAUSE, "web/dev", reason="until five")),
        ("pause web/dev - until five", Invocation(Verb.PAUSE, "web/dev", reason="until five")),
        ("pause web/dev --reason 'until five'", Invocation(Verb.PAUSE, "web/dev", reason="until five")),
        ("pause web/dev -m until five", Invocation(Verb.PAUSE, "web/dev", reason="until five")),
        ("resume web/dev all is well", Invocation(Verb.RESUME, "web/dev", reason="all is well")),
        ("pause org", Invocation(Verb.PAUSE_ORG)),
        ("pause ORG release freeze", Invocation(Verb.PAUSE_ORG, reason="release freeze")),
        ("pause --org release freeze", Invocation(Verb.PAUSE_ORG, reason="release freeze")),
        ("pause organization=acme", Invocation(Verb.PAUSE_ORG, "acme")),
        ("resume --org=acme", Invocation(Verb.RESUME_ORG, "acme")),
        ("pause org --reason freeze", Invocation(Verb.PAUSE_ORG, reason="freeze")),
        ("pause web/org", Invocation(Verb.PAUSE, "web/org")),
    ],
)
def test_a_pause_says_what_and_why(text: str, invocation: Invocation) -> None:
    assert parse(text) == invocation


@pytest.mark.parametrize(
    ("text", "status", "page"),
    [
        ("history web/dev", "", 0),
        ("history web/dev failed", "failed", 0),
        ("history web/dev Queued --page 2", "not-started", 2),
        ("history web/dev --status=success", "succeeded", 0),
    ],
)
def test_a_history_is_filtered_and_turned(text: str, status: str, page: int) -> None:
    assert parse(text) == Invocation(Verb.HISTORY, "web/dev", status=status, page=page)


names = st.from_regex(r"[A-Z][A-Z0-9]{0,8}", fullmatch=True).filter(
    lambda name: not name.startswith("PULUMI")
)
values = st.from_regex(r"[a-z]{1,6}( [a-z]{1,6}){0,2}", fullmatch=True)


@given(
    st.dictionaries(names, values, max_size=4),
    st.sampled_from(['"{}"', "'{}'", "“{}”", "`{}`"]),
    st.sampled_from(["--env {}", "-e {}", "—env {}", "--env={}"]),
)
@settings(max_examples=60)
def test_however_a_value_is_quoted_it_arrives(variables: dict[str, str], quotes: str, flag: str) -> None:
    flags = [flag.format(quotes.format(f"{name}={value}")) for name, value in variables.items()]
    got = parse(" ".join(["deploy web/dev", *flags]))
    secretish = isinstance(got, Refusal) and "looks like a secret" in got.problem
    assert secretish or options(" ".join(["deploy web/dev", *flags])) == Options(
        tuple(Variable(name, value) for name, value in variables.items())
    )


@given(st.text(max_size=120))
@settings(max_examples=80)
def test_a_reason_is_kept_on_one_line_whatever_is_typed(text: str) -> None:
    got = parse(f"pause web/dev {text}")
    if isinstance(got, Invocation):
        assert got.stack == "web/dev"
        assert len(got.reason) <= 300
        assert "\n" not in got.reason
