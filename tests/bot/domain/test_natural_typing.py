"""Commands as people type them: on a phone, out of a chat, with a link or a politeness too many."""

from __future__ import annotations

import pytest

from bot.domain.commands import Invocation, Verb
from bot.domain.grammar import parse
from bot.domain.options import Options
from bot.domain.refusals import Refusal

HOUR = 3600.0
DEPLOY = Invocation(Verb.DEPLOY, "web/dev")
LOGS = Invocation(Verb.LOGS, "web/dev", 42)
CAN = Invocation(Verb.CAN, "web/dev", person="me", about=Verb.DEPLOY)


@pytest.mark.parametrize(
    "text",
    [
        "Deploy  web/dev",
        "deploy web/dev,",
        "deploy web/dev!",
        "deploy web/dev?",
        "deploy web/dev;",
        "deploy: web/dev",
        "deploy web/dev please",
        "please deploy web/dev, thanks!",
        "/pulumi deploy web/dev",
        "pulumi deploy web/dev",
        "`deploy web/dev`",
        '"deploy web/dev"',
        "deploy *web/dev*",
        "deploy (web/dev)",
        "deploy [web/dev]",
        "deploy <web/dev>",
        "deploy &lt;web/dev&gt;",
        "deploy /web/dev/",
        "deploy <https://example.com|web/dev>",
        "redeploy web/dev",
        "deploy\u00a0web/dev\u200b",
        "\ufeffde\u00adploy web/dev",
    ],
)
def test_it_is_a_deploy_of_that_stack(text: str) -> None:
    assert parse(text) == DEPLOY


@pytest.mark.parametrize(
    "text",
    [
        "https://app.pulumi.com/acme/web/dev",
        "<https://app.pulumi.com/acme/web/dev>",
        "https://app.pulumi.com/acme/web/dev/",
        "https://app.pulumi.com/acme/web/dev?tab=readme,",
    ],
)
def test_a_page_of_pulumi_names_its_stack(text: str) -> None:
    assert parse(f"deploy {text}") == Invocation(Verb.DEPLOY, "acme/web/dev")


def test_the_page_of_a_deployment_names_it() -> None:
    page = "https://app.pulumi.com/acme/web/dev/deployments/42"
    assert parse(f"logs <{page}|42>") == Invocation(Verb.LOGS, "acme/web/dev", 42)
    refused = parse(f"deploy {page}")
    assert isinstance(refused, Refusal)
    assert refused.problem.startswith('"acme/web/dev#42" is one past deployment')


@pytest.mark.parametrize(
    "text", ["logs web/dev#42", "logs web/dev #42", "logs web/dev 42", "log web/dev#42."]
)
def test_a_number_names_a_deployment(text: str) -> None:
    assert parse(text) == LOGS


@pytest.mark.parametrize(
    "flag",
    ["-branch main", "--branch= main", "--branch = main", "--branch: main", "\u2013branch main", "-b=main"],
)
def test_a_flag_is_forgiven_its_punctuation(flag: str) -> None:
    assert parse(f"deploy web/dev {flag}") == Invocation(Verb.DEPLOY, "web/dev", branch="main")


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("status?", Verb.STATUS),
        ("Status.", Verb.STATUS),
        ("list", Verb.STATUS),
        ("whoami?", Verb.WHOAMI),
        ("deploy --help", Verb.HELP),
        ("pause -h", Verb.HELP),
        ("pause org.", Verb.PAUSE_ORG),
        ("pause everything", Verb.PAUSE_ORG),
        ("please", Verb.HELP),
    ],
)
def test_words_of_ours_are_known_whatever_stands_around_them(text: str, verb: Verb) -> None:
    assert parse(text) == Invocation(verb)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("stop", Verb.CANCEL),
        ("abort", Verb.CANCEL),
        ("unpause", Verb.RESUME),
        ("setting", Verb.SETTINGS),
        ("config", Verb.SETTINGS),
    ],
)
def test_other_words_for_a_verb(text: str, verb: Verb) -> None:
    assert parse(f"{text} web/dev") == Invocation(verb, "web/dev")


def test_what_means_the_opposite_is_never_suggested() -> None:
    answer = parse("undeploy web/dev")
    assert isinstance(answer, Refusal)
    assert answer.remedy == "Did you mean /pulumi destroy?"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("don't panic it's fine", "don't panic it's fine"),
        ("don\u2019t panic it\u2019s fine", "don't panic it's fine"),
        ("'it's broken'", "it's broken"),
        ("fish &amp; chips", "fish & chips"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("ship it \U0001f469\u200d\U0001f4bb", "ship it \U0001f469\U0001f4bb"),
        ("fix the login, please", "fix the login, please"),
    ],
)
def test_a_message_arrives_as_it_was_typed(typed: str, kept: str) -> None:
    assert parse(f"deploy web/dev -m {typed}") == Invocation(
        Verb.DEPLOY, "web/dev", options=Options(message=kept)
    )


@pytest.mark.parametrize(
    ("text", "reason", "lasts"),
    [
        ("for 2 hours", "", 2 * HOUR),
        ("for 2 h", "", 2 * HOUR),
        ("FOR 2H", "", 2 * HOUR),
        ("for 90 minutes", "", 1.5 * HOUR),
        ("for 1h 30m", "", 1.5 * HOUR),
        ("for 1 hour 30 min", "", 1.5 * HOUR),
        ("for 2 days", "", 48 * HOUR),
        ("for 1 week", "", 168 * HOUR),
        ("for 999999w", "", 876_000 * HOUR),
        ("2h", "", 2 * HOUR),
        ("migration for 2h.", "migration", 2 * HOUR),
        ("for 2h - migration", "migration", 2 * HOUR),
        ("for 2 hours migration", "migration", 2 * HOUR),
        ("for 2h --reason migration", "migration", 2 * HOUR),
        ("--for 2h migration", "migration", 2 * HOUR),
        ("\u2014 migration", "migration", 0.0),
        ("for the migration", "for the migration", 0.0),
        ("waiting for 2 people", "waiting for 2 people", 0.0),
        ("for 0h", "for 0h", 0.0),
        ("until ben is back", "until ben is back", 0.0),
    ],
)
def test_a_lock_lasts_as_long_as_its_words_say(text: str, reason: str, lasts: float) -> None:
    assert parse(f"lock web/prod {text}") == Invocation(Verb.LOCK, "web/prod", reason=reason, lasts=lasts)


@pytest.mark.parametrize("until", ["18:00", "6pm", "Friday", "tomorrow"])
def test_a_lock_until_some_time_of_day_is_asked_for_its_length(until: str) -> None:
    answer = parse(f"lock web/prod migration until {until}")
    assert isinstance(answer, Refusal)
    assert answer.remedy == "For example: /pulumi lock web/prod migration for 2h"


def test_why_a_lock_ends_may_be_said() -> None:
    assert parse("unlock web/prod all done") == Invocation(Verb.UNLOCK, "web/prod", reason="all done")


@pytest.mark.parametrize(
    "text",
    ["can I deploy web/dev?", "can i deploy web/dev", "can me up web/dev", "can deploy web/dev"],
)
def test_whoever_asks_may_ask_for_themselves(text: str) -> None:
    assert parse(text) == CAN


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("deploy web/dev web/staging", '"web/staging" after "web/dev"', "One stack at a time."),
        ("deploy to web/dev", '"web/dev" after "to"', "Did you mean /pulumi deploy web/dev?"),
        ("deploy web dev", '"dev" after "web"', "A stack is written project/stack."),
        ("deploy web/dev main", '"main" after "web/dev"', "/pulumi deploy web/dev --branch main"),
        ("deploy web/dev --msg why", '"--msg"', "For example: /pulumi deploy web/dev"),
        ("deploy web/dev --", 'I don\'t know "--".', "For example: /pulumi deploy web/dev"),
        ("can ana deploy web/dev", '"ana" is not a person.', "/pulumi can @ana deploy web/prod"),
    ],
)
def test_what_stays_unclear_is_answered_with_a_way_on(text: str, problem: str, remedy: str) -> None:
    answer = parse(text)
    assert isinstance(answer, Refusal)
    assert problem in answer.problem
    assert remedy in answer.remedy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("- release 1.4, see the notes", "release 1.4, see the notes"),
        ("\u2014 release 1.4 \u2014 at last", "release 1.4 -- at last"),
        ("--branch main \u2013 release 1.4", "release 1.4"),
    ],
)
def test_what_follows_a_dash_says_why(typed: str, kept: str) -> None:
    got = parse(f"deploy web/dev {typed}")
    assert isinstance(got, Invocation)
    assert (got.stack, got.options.message) == ("web/dev", kept)


@pytest.mark.parametrize("text", ["deploy web/dev -", "deploy - why", "status web/dev - why"])
def test_a_dash_that_nothing_follows_or_goes_before_is_asked_about(text: str) -> None:
    assert isinstance(parse(text), Refusal)


@pytest.mark.parametrize("mention", ["<!channel>", "<@U0ANA>", "<@U0ANA|ana>"])
def test_a_mention_is_no_link_to_a_stack(mention: str) -> None:
    assert parse(f"deploy {mention}") == Invocation(Verb.DEPLOY, mention)


def test_a_reason_whose_quotes_were_forgotten_goes_on() -> None:
    got = parse("deploy web/prod --break-glass --reason outage in eu")
    assert got == Invocation(Verb.DEPLOY, "web/prod", reason="outage in eu", break_glass=True)


@pytest.mark.parametrize(
    "text", ["audit since 2 days", "audit since 48h", "audit --since 2d", "audit Since 2d."]
)
def test_how_far_back_is_said_in_words(text: str) -> None:
    assert parse(text) == Invocation(Verb.AUDIT, lasts=48 * HOUR)


@pytest.mark.parametrize("text", ["history web/dev page 2", "history web/dev 2", "history web/dev --page 2"])
def test_a_page_is_a_number(text: str) -> None:
    assert parse(text) == Invocation(Verb.HISTORY, "web/dev", page=2)


@pytest.mark.parametrize(
    ("text", "org", "reason"),
    [
        ("pause org", "", ""),
        ("pause org release freeze", "", "release freeze"),
        ("pause org acme", "acme", ""),
        ("pause org acme release freeze", "acme", "release freeze"),
        ("pause org: Acme, - release freeze", "acme", "release freeze"),
        ("pause org=acme why", "acme", "why"),
        ("pause org=ACME why", "acme", "why"),
        ("pause org = acme why", "acme", "why"),
        ("pause everything of umbrella why", "umbrella", "why"),
        ("pause --org acme", "acme", ""),
        ("pause --org acme why", "acme", "why"),
        ("pause --org=acme why", "acme", "why"),
        ("pause --org = acme why", "acme", "why"),
        ("pause --org initech", "", "initech"),
        ("pause org=initech why", "initech", "why"),
        ("pause org of our own", "", "of our own"),
        ("pause --org --reason why", "", "why"),
        ("pause --org acme --reason acme", "acme", "acme"),
    ],
)
def test_an_organisation_is_named_behind_the_word_for_it(text: str, org: str, reason: str) -> None:
    served = ("acme", "umbrella")
    assert parse(text, orgs=served) == Invocation(Verb.PAUSE_ORG, org, reason=reason)
    resumed = text.replace("pause", "resume")
    assert parse(resumed, orgs=served) == Invocation(Verb.RESUME_ORG, org, reason=reason)


@pytest.mark.parametrize(
    ("text", "org"),
    [
        ("can @ana pause org", ""),
        ("can @ana pause org?", ""),
        ("can @ana pause org, please", ""),
        ("can @ana pause everything", ""),
        ("can @ana pause --org", ""),
        ("can @ana pause org acme", "acme"),
        ("can @ana pause org=acme", "acme"),
        ("can @ana pause --org acme?", "acme"),
        ("can @ana pause org initech", "initech"),
    ],
)
def test_whether_somebody_may_pause_an_organisation_is_a_question_too(text: str, org: str) -> None:
    asked = Invocation(Verb.CAN, org, person="@ana", about=Verb.PAUSE_ORG)
    assert parse(text, orgs=("acme",)) == asked


def test_a_question_about_an_organisation_takes_no_more_words() -> None:
    answer = parse("can @ana resume org acme now", orgs=("acme",))
    assert isinstance(answer, Refusal)
    assert answer.problem == 'I don\'t know what to do with "now" after "acme".'


@pytest.mark.parametrize("text", ["can @ana deploy --org", "can @ana --org", "can @ana pause web/dev --org"])
def test_only_a_pause_is_of_an_organisation(text: str) -> None:
    answer = parse(text)
    assert isinstance(answer, Refusal)
    assert (
        answer.problem
        == "--org is the whole organisation, so it goes with pause or resume and without a stack."
    )
