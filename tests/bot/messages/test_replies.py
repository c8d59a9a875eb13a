from __future__ import annotations

import re

from bot.domain.commands import Verb
from bot.domain.refusals import Refusal
from bot.domain.vocabulary import TYPED
from bot.messages import replies, statuses
from bot.messages.actions import DISMISS, parse
from tests.bot.messages.limits import elements
from tests.bot.messages.samples import BEN, DEV, IDLE, NOW, OVERVIEW, PROD, QUEUED, RUNNING, STALE


def test_a_refusal_says_what_is_wrong_who_decided_and_what_would_be_right() -> None:
    said = replies.refusal(Refusal("It was rejected.", "Ask again.", people=(BEN,)))
    assert said.text == f"It was rejected: <@{BEN}>. Ask again."


def test_a_failure_carries_the_name_that_the_log_has() -> None:
    assert "cmd-1" in replies.failure("Something went wrong on my side.", "cmd-1").text


def test_help_lists_every_verb_that_can_be_typed() -> None:
    shown = replies.help_text("/pulumi").blocks[0]["text"]["text"]
    assert [verb for verb in TYPED if not re.search(rf"`(/pulumi )?{verb}\b", shown)] == []


def test_what_is_read_aloud_of_the_help_names_each_verb_once() -> None:
    spoken = re.findall(
        r"[a-z]+", replies.help_text("/pulumi").text.partition("one of: ")[2].partition(".")[0]
    )
    assert len(spoken) == len(set(spoken))


def test_are_you_sure_has_a_way_on_and_a_way_out() -> None:
    sure, never_mind = elements(replies.confirm_destroy(DEV, branch="main").blocks)
    press = parse(sure["action_id"], sure["value"])
    assert press is not None
    assert (press.verb, press.stack, press.branch, press.confirmed) == (
        Verb.DESTROY,
        "acme/web/dev",
        "main",
        True,
    )
    assert never_mind["action_id"] == DISMISS


def test_a_confirmed_cancel_names_the_deployment_that_was_asked_about() -> None:
    sure, _ = elements(replies.confirm_cancel(QUEUED).blocks)
    press = parse(sure["action_id"], sure["value"])
    assert press is not None
    assert (press.deployment_id, press.version, press.confirmed) == ("d-43", 43, True)
    assert "confirm" not in sure


def test_status_says_when_nothing_has_been_seen_yet() -> None:
    assert "Ask again" in statuses.status([], now=NOW).text
    assert "Ask again" in statuses.status([STALE], stack=DEV, now=NOW).text


def test_status_of_everything_counts_and_names() -> None:
    text = statuses.status([OVERVIEW], now=NOW).text
    assert text.startswith("1 running, 2 waiting, 1 stack paused.")
    assert f"{RUNNING.name} · deploy · running" in text


def test_status_of_one_stack_leaves_the_others_out() -> None:
    assert "web/dev" not in statuses.status([OVERVIEW], stack=PROD, now=NOW).text


def test_status_of_a_paused_stack_offers_to_resume_it() -> None:
    paused = elements(statuses.status([OVERVIEW], stack=PROD, now=NOW).blocks)
    assert "Resume stack" in [element["text"]["text"] for element in paused]
    running = elements(statuses.status([IDLE], stack=DEV, now=NOW).blocks)
    assert "Pause stack" in [element["text"]["text"] for element in running]


def test_an_old_look_says_its_age_and_why() -> None:
    text = statuses.status([STALE], now=NOW).text
    assert "(10 min ago)" in text
    assert "Pulumi Cloud does not answer." in text
