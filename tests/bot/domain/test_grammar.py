"""What can be typed after the slash command, and what is answered when it can't be understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import Invocation, Verb
from bot.domain.grammar import LONGEST, parse
from bot.domain.refusals import Refusal
from bot.domain.vocabulary import TYPED

SHA = "1f0c9ab"


def refused(text: str) -> Refusal:
    answer = parse(text)
    assert isinstance(answer, Refusal), answer
    return answer


@pytest.mark.parametrize(
    ("text", "invocation"),
    [
        ("", Invocation(Verb.HELP)),
        ("  \n\t ", Invocation(Verb.HELP)),
        ("help", Invocation(Verb.HELP)),
        ("help deploy", Invocation(Verb.HELP)),
        ("--help", Invocation(Verb.HELP)),
        ("—help", Invocation(Verb.HELP)),
        ("?", Invocation(Verb.HELP)),
        ("status", Invocation(Verb.STATUS)),
        ("st dev", Invocation(Verb.STATUS, "dev")),
        ("status web/dev#42", Invocation(Verb.STATUS, "web/dev", 42)),
        ("logs web/dev#42", Invocation(Verb.LOGS, "web/dev", 42)),
        ("log acme/web/dev", Invocation(Verb.LOGS, "acme/web/dev")),
        ("cancel web/dev#7", Invocation(Verb.CANCEL, "web/dev", 7)),
        ("deploy dev", Invocation(Verb.DEPLOY, "dev")),
        ("DePlOy web/dev", Invocation(Verb.DEPLOY, "web/dev")),
        ("up web/dev", Invocation(Verb.DEPLOY, "web/dev")),
        ("update web/dev", Invocation(Verb.DEPLOY, "web/dev")),
        ("preview\u00a0web/dev", Invocation(Verb.PREVIEW, "web/dev")),
        ("refresh 'web/dev'", Invocation(Verb.REFRESH, "web/dev")),
        ("destroy `web/dev`", Invocation(Verb.DESTROY, "web/dev")),
        ("pause “web/dev”", Invocation(Verb.PAUSE, "web/dev")),
        ("resume web/dev", Invocation(Verb.RESUME, "web/dev")),
        ("deploy web/dev --branch feature/x", Invocation(Verb.DEPLOY, "web/dev", branch="feature/x")),
        ("deploy web/dev --branch=a=b", Invocation(Verb.DEPLOY, "web/dev", branch="a=b")),
        ("deploy --branch main web/dev", Invocation(Verb.DEPLOY, "web/dev", branch="main")),
        ("deploy web/dev —branch main", Invocation(Verb.DEPLOY, "web/dev", branch="main")),
        ("deploy web/dev \u2013branch=“main”", Invocation(Verb.DEPLOY, "web/dev", branch="main")),
        ("deploy web/dev --Branch élan/→", Invocation(Verb.DEPLOY, "web/dev", branch="élan/→")),
        (f"preview web/dev --commit {SHA.upper()}", Invocation(Verb.PREVIEW, "web/dev", commit=SHA)),
        (f"preview web/dev --commit={'a' * 40}", Invocation(Verb.PREVIEW, "web/dev", commit="a" * 40)),
        ("deploy it's", Invocation(Verb.DEPLOY, "it's")),
        ('deploy "web/dev', Invocation(Verb.DEPLOY, '"web/dev')),
    ],
)
def test_a_well_formed_text_is_understood(text: str, invocation: Invocation) -> None:
    assert parse(text) == invocation


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("deplyo web/dev", 'I don\'t know "deplyo".', "Did you mean /pulumi deploy?"),
        ("distroy web/dev", 'I don\'t know "distroy".', "Did you mean /pulumi destroy?"),
        ("rollback web/dev", 'I don\'t know "rollback".', "For example: /pulumi deploy web/dev"),
        ('""', 'I don\'t know "".', "For example: /pulumi deploy web/dev"),
        ("<!channel>", 'I don\'t know "<!channel>".', "For example: /pulumi deploy web/dev"),
        ("Approve web/prod", '"approve" is not typed.', "Press the button"),
        ("history", "/pulumi history needs a stack.", "/pulumi history web/dev"),
        ("pause", "/pulumi pause needs a stack.", "/pulumi pause web/dev"),
        ("deploy #4", '"#4" has no stack in it.', "/pulumi deploy web/dev"),
        ("deploy web dev", 'I don\'t know what to do with "dev" after "web".', "/pulumi deploy web/dev"),
        ("status web/dev now", 'I don\'t know what to do with "now"', "/pulumi status web/dev"),
        (
            "deploy web/dev#42",
            '"web/dev#42" is one past deployment; deploy starts a new one of a stack.',
            "For example: /pulumi deploy web/dev /pulumi status web/dev#42 tells what it ran.",
        ),
        ("pause web/dev#", '"web/dev#" is one past deployment', "/pulumi pause web/dev"),
        ("logs web/dev#", '"#" is not the number of a deployment.', "/pulumi logs web/dev#42"),
        ("logs web/dev#0", '"#0" is not the number', "/pulumi logs web/dev#42"),
        ("logs web/dev#٤", '"#٤" is not the number', "/pulumi logs web/dev#42"),
        ("logs web/dev#1#2", '"#1#2" is not the number', "/pulumi logs web/dev#42"),
        ("logs web/dev#1234567890", "is not the number", "/pulumi logs web/dev#42"),
        ("deploy web/dev --barnch x", 'I don\'t know "--barnch".', "Did you mean --branch?"),
        ("deploy web/dev --force", 'I don\'t know "--force".', "/pulumi deploy web/dev"),
        ("deploy web/dev -", 'I don\'t know "-".', "/pulumi deploy web/dev"),
        ("logs web/dev --branch main", "logs does not take --branch.", "/pulumi logs web/dev"),
        (f"pause web/dev --commit {SHA}", "pause does not take --commit.", "/pulumi pause web/dev"),
        (f"deploy web/dev --branch main --commit {SHA}", '"--commit" is one too many', "--branch main"),
        ("deploy web/dev --branch a --branch b", '"--branch" is one too many', "--branch main"),
        ("deploy web/dev --branch", "--branch needs a name.", "--branch main"),
        ("deploy web/dev --branch=", "--branch needs a name.", "--branch main"),
        (f"deploy web/dev --branch --commit {SHA}", "--branch needs a name.", "--branch main"),
        ("deploy web/dev --branch 'a b'", '"a b" can\'t be the name of a branch.', "--branch main"),
        ("deploy web/dev --branch=a..b", '"a..b" can\'t be', "--branch main"),
        ("deploy web/dev --branch=-x", '"-x" can\'t be', "--branch main"),
        (f"deploy web/dev --branch={'é' * 126}", "can't be the name of a branch.", "--branch main"),
        ("deploy web/dev --commit", "--commit needs a hash.", f"--commit {SHA}"),
        ("deploy web/dev --commit main", '"main" is not a commit', f"--commit {SHA}"),
        ("deploy web/dev --commit 123456", '"123456" is not a commit', f"--commit {SHA}"),
        (f"deploy web/dev --commit {'a' * 41}", "is not a commit", f"--commit {SHA}"),
        ("deploy web/\u202evd", 'invisible character (U+202E) in "deploy web/vd".', "by hand"),
        ("deploy\x00 web/dev", 'invisible character (U+0000) in "deploy web/dev".', "by hand"),
        ("deploy web\x1b[31m", "invisible character (U+001B)", "by hand"),
    ],
)
def test_what_is_wrong_is_quoted_and_a_right_example_is_shown(text: str, problem: str, remedy: str) -> None:
    answer = refused(text)
    assert problem in answer.problem
    assert remedy in answer.remedy


def test_a_text_that_is_too_long_gets_a_short_answer() -> None:
    answer = refused("deploy " + "x" * LONGEST)
    assert answer.problem == "That is 3,007 characters; a command has at most 3,000."
    assert len(answer.problem + answer.remedy) < 100


def test_a_long_word_is_quoted_shortened() -> None:
    answer = refused("y" * 2_000)
    assert answer.problem == f'I don\'t know "{"y" * 59}…".'


def test_the_examples_use_the_slash_command_as_it_is_called_here() -> None:
    answer = parse("logs", slash="/ship")
    assert answer == Refusal("/ship logs needs a stack.", "For example: /ship logs web/dev")


@given(st.text(st.characters(), max_size=200))
@settings(max_examples=150)
def test_any_text_is_answered_and_a_refusal_never_repeats_hidden_characters(text: str) -> None:
    answer = parse(text)
    if isinstance(answer, Refusal):
        said = answer.problem + answer.remedy
        assert len(said) < 400
        assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in said)


names = st.from_regex(r"[a-z0-9_.-]{1,10}", fullmatch=True).filter(lambda name: not name.startswith("-"))


NO_STACK = {Verb.HELP, Verb.CAN, Verb.LINK, Verb.UNLINK, Verb.WHOAMI}


@given(
    st.sampled_from([verb for verb in TYPED if verb not in NO_STACK]),
    names,
    names,
    st.sampled_from([str.upper, str.lower, str.title]),
)
@settings(max_examples=60)
def test_spacing_case_and_quotes_do_not_change_the_meaning(
    verb: Verb, project: str, stack: str, style: Callable[[str], str]
) -> None:
    name = style(verb.value)
    assert parse(f'  {name} \t "{project}/{stack}" ') == Invocation(verb, f"{project}/{stack}")
