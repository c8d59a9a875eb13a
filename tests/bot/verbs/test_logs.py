"""logs, send_log: the end of a log for a person, the whole of it for a thread, and never a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.commands import Verb
from bot.errors import PulumiUnavailableError
from bot.ports import LogLine
from bot.store.lanes import RedisLanes
from bot.verbs.logs import TAIL
from tests.bot.crew import Crew, buttons
from tests.builders import DEPLOYS, DEV, PRODS, TEAM, create_command, create_deployment

LOGS = create_command(Verb.LOGS)
IN_A_MODAL = create_command(Verb.LOGS, view_id="V1")
SEND = create_command(Verb.SEND_LOG, "acme/web/dev", deployment_id="dev-7", message_ts="1.0")
SECRET = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
async def log(crew: Crew) -> list[LogLine]:
    """The log of web/dev#7, which everybody knows."""
    await crew.know(create_deployment(6), create_deployment(7))
    lines = [LogLine(header="pulumi update"), *(LogLine(text=f"\x1b[32mline {n}\x1b[0m\n") for n in range(3))]
    crew.pulumi.logs["dev-7"] = lines
    return lines


def words(view: dict[str, Any]) -> str:
    return json.dumps(view)


async def test_it_fills_the_modal_that_was_opened(crew: Crew, log: list[LogLine]) -> None:
    await crew.run(IN_A_MODAL)
    shown = words(crew.channels.modals["V1"])
    assert "== pulumi update" in shown
    assert "line 2" in shown
    assert "u001b" not in shown
    assert DEPLOYS in shown
    assert await crew.answers() == []


async def test_where_no_modal_could_be_opened_it_is_a_private_answer(crew: Crew, log: list[LogLine]) -> None:
    await crew.run(LOGS)
    [reply] = await crew.replies()
    assert "Log of web/dev#7" in reply.message.text
    assert "line 2" in words(reply.message.blocks[1])
    assert len(buttons(reply.message)) == 1


async def test_of_a_long_log_the_end_is_shown_and_all_is_counted(crew: Crew, log: list[LogLine]) -> None:
    log[:] = [LogLine(text=f"row-{n}-") for n in range(TAIL * 2)]
    await crew.run(IN_A_MODAL)
    shown = words(crew.channels.modals["V1"])
    assert f"row-{TAIL * 2 - 1}-" in shown
    assert "row-9-" not in shown
    assert str(TAIL * 2) in shown


@pytest.mark.parametrize("place", ["text", "header"])
async def test_no_secret_is_shown(crew: Crew, log: list[LogLine], place: str) -> None:
    log.append(LogLine(**{place: f"key {SECRET}"}))
    await crew.run(IN_A_MODAL, SEND)
    assert SECRET not in words(crew.channels.modals["V1"])
    assert SECRET not in crew.channels.files[SEND.id]["content"]


async def test_a_private_key_that_begins_before_the_shown_end_is_not_shown(
    crew: Crew, log: list[LogLine]
) -> None:
    body = [f"{n:02}" * 6 for n in range(20)]
    key = ["-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----"]
    log[:] = [LogLine(text=row) for row in (*key, *(f"row-{n}" for n in range(TAIL - 5)))]
    await crew.run(IN_A_MODAL)
    assert "19191919" not in words(crew.channels.modals["V1"])
    assert "row-0" in words(crew.channels.modals["V1"])


async def test_a_number_says_which(crew: Crew, log: list[LogLine]) -> None:
    crew.pulumi.logs["dev-6"] = [LogLine(text="older")]
    await crew.run(create_command(Verb.LOGS, version=6))
    assert "Log of web/dev#6" in (await crew.answers())[0]


async def test_a_number_that_is_not_there_is_refused(crew: Crew, log: list[LogLine]) -> None:
    await crew.run(create_command(Verb.LOGS, version=99))
    assert await crew.answers() == [
        "web/dev#99 does not exist at Pulumi Cloud. logs web/dev shows the newest one."
    ]


async def test_a_refusal_goes_into_the_modal(crew: Crew, log: list[LogLine]) -> None:
    await crew.run(create_command(Verb.LOGS, version=99, view_id="V1"))
    assert "web/dev#99 does not exist" in words(crew.channels.modals["V1"])
    assert await crew.answers() == []


async def test_a_failure_goes_into_the_modal_too_which_else_would_load_for_ever(
    crew: Crew, log: list[LogLine]
) -> None:
    crew.pulumi.refuse("log", PulumiUnavailableError("down"))
    await crew.run(IN_A_MODAL)
    assert "does not answer properly" in words(crew.channels.modals["V1"])
    assert IN_A_MODAL.id in (await crew.answers())[0]


async def test_a_stack_that_was_never_deployed_has_no_log(crew: Crew) -> None:
    await crew.run(LOGS)
    assert await crew.answers() == ["web/dev has never been deployed. Start with deploy web/dev."]


async def test_an_unknown_stack_is_refused(crew: Crew) -> None:
    await crew.run(create_command(Verb.LOGS, "web/nope"))
    assert "web/nope" in (await crew.answers())[0]


async def stands(crew: Crew, lane: str, *, ts: str) -> None:
    """The outbox has posted the card."""
    lanes = RedisLanes(crew.redis, TEAM)
    claimed = await lanes.claim(lease=30)
    assert claimed is not None
    assert claimed.name == lane
    await lanes.begin(claimed, [lane], lease=30)
    await lanes.posted(claimed, [lane], ts=ts)


async def test_the_whole_log_goes_into_the_thread_of_the_card(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    await stands(crew, "adas", ts="17.5")
    crew.pulumi.logs["dev-1"] = [LogLine(text=f"row-{n}") for n in range(TAIL * 2)]
    send = create_command(Verb.SEND_LOG, "acme/web/dev", deployment_id="dev-1")
    await crew.run(send, send)
    [file] = crew.channels.files.values()
    assert (file["channel"], file["thread_ts"]) == (DEPLOYS, "17.5")
    assert (file["filename"], file["title"]) == ("web-dev-1.log", "Log of web/dev#1")
    assert file["content"].count("\n") == TAIL * 2


async def test_before_the_card_stands_it_goes_into_the_channel(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    await crew.run(create_command(Verb.SEND_LOG, "acme/web/dev", deployment_id="dev-1"))
    [file] = crew.channels.files.values()
    assert file["thread_ts"] == ""


async def test_where_there_is_no_card_in_this_channel_it_goes_into_the_channel(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    await stands(crew, "adas", ts="17.5")
    await crew.run(create_command(Verb.SEND_LOG, "acme/web/dev", deployment_id="dev-1", channel=PRODS))
    [file] = crew.channels.files.values()
    assert (file["channel"], file["thread_ts"]) == (PRODS, "")


async def test_of_a_deployment_that_nobody_watches_it_goes_into_the_channel(crew: Crew) -> None:
    crew.pulumi.put(create_deployment(7))
    await crew.run(SEND)
    assert crew.channels.files[SEND.id]["thread_ts"] == ""


async def test_a_deployment_that_is_gone_has_no_file(crew: Crew) -> None:
    await crew.state.add_stacks("acme", [DEV])
    await crew.run(SEND)
    assert "That deployment does not exist at Pulumi Cloud." in (await crew.answers())[0]
    assert crew.channels.files == {}


async def test_no_file_goes_where_the_bot_is_not(crew: Crew, log: list[LogLine]) -> None:
    crew.channels.outside = {DEPLOYS}
    await crew.run(SEND)
    assert crew.channels.files == {}
    assert "I'm not in this channel" in (await crew.answers())[0]
