"""history, and the status of any deployment."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commands import Surface, Verb
from tests.bot.crew import Crew, buttons
from tests.builders import ADA, BEN, DEPLOYS, DEV, create_command, create_deployment, create_request

HISTORY = create_command(Verb.HISTORY)


def fill(crew: Crew, count: int) -> None:
    """So many deployments of web/dev, every third one failed."""
    crew.pulumi.put(
        *(
            create_deployment(version, "succeeded" if version % 3 else "failed")
            for version in range(1, count + 1)
        )
    )


async def test_a_page_holds_ten_the_newest_first(crew: Crew) -> None:
    fill(crew, 12)
    await crew.run(HISTORY)
    [reply] = await crew.replies()
    assert "page 1 of 2, 12 deployments" in reply.message.text
    assert "web/dev#12" in reply.message.text
    assert "web/dev#3>" in reply.message.text
    assert "web/dev#2>" not in reply.message.text
    assert buttons(reply.message) == ["Older →"]
    assert not reply.replace


async def test_a_turned_page_replaces_the_one_it_was_on(crew: Crew) -> None:
    fill(crew, 12)
    pressed = replace(HISTORY.origin, surface=Surface.BUTTON)
    await crew.run(replace(HISTORY, page=2, origin=pressed))
    [reply] = await crew.replies()
    assert "web/dev#1>" in reply.message.text
    assert buttons(reply.message) == ["← Newer"]
    assert reply.replace


async def test_a_page_that_was_typed_is_a_message_of_its_own(crew: Crew) -> None:
    fill(crew, 12)
    await crew.run(replace(HISTORY, page=2))
    assert not (await crew.replies())[0].replace


async def test_only_one_status_is_shown_if_asked_for(crew: Crew) -> None:
    fill(crew, 6)
    await crew.run(replace(HISTORY, status="failed"))
    [said] = await crew.answers()
    assert "web/dev#6" in said
    assert "web/dev#3" in said
    assert "web/dev#5" not in said


async def test_past_the_end_it_says_so_and_leads_back(crew: Crew) -> None:
    fill(crew, 12)
    await crew.run(replace(HISTORY, page=7))
    [reply] = await crew.replies()
    assert "ends before page 7" in reply.message.text
    assert "p=2" in str(reply.message.blocks)


async def test_never_deployed_and_unknown_are_told_apart(crew: Crew) -> None:
    await crew.run(HISTORY, create_command(Verb.HISTORY, "web/nope", user=BEN))
    never, unknown = await crew.answers()
    assert "never been deployed" in never
    assert "web/nope" in unknown


async def test_who_asked_here_and_who_canceled_is_told(crew: Crew) -> None:
    await crew.state.add_request(create_request(id="r-7", stack=DEV, requester=BEN))
    seen = create_deployment(7, "failed")
    await crew.know(seen, channel=DEPLOYS, request=create_request(id="r-7", stack=DEV, requester=BEN))
    tracked = await crew.tracked(seen)
    await crew.state.track(replace(tracked, canceled_by=ADA))
    await crew.run(HISTORY)
    [said] = await crew.answers()
    assert f"by <@{BEN}>" in said
    assert f"canceled by <@{ADA}>" in said


async def test_status_of_a_past_deployment_is_asked_of_pulumi(crew: Crew) -> None:
    fill(crew, 3)
    await crew.run(create_command(Verb.STATUS, version=2))
    [reply] = await crew.replies()
    assert "web/dev#2" in reply.message.text
    assert "succeeded" in reply.message.text
    assert buttons(reply.message) == ["Logs", "Open in Pulumi", "History"]


async def test_status_of_one_that_never_was_says_where_to_look(crew: Crew) -> None:
    await crew.run(create_command(Verb.STATUS, version=99))
    [said] = await crew.answers()
    assert "web/dev#99 does not exist" in said
    assert "history web/dev" in said


async def test_status_of_a_deployment_of_an_unknown_stack_is_refused(crew: Crew) -> None:
    await crew.run(create_command(Verb.STATUS, "web/nope", version=1))
    assert "web/nope" in (await crew.answers())[0]
