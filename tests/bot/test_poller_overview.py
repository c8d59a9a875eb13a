"""What a look remembers, so that status and Home can answer."""

from __future__ import annotations

from bot.domain.commands import Verb
from tests.bot.crew import Crew
from tests.builders import DEV, PROD, START, create_command, create_deployment

DONE = create_deployment(1, "succeeded")


async def test_the_overview_holds_what_runs_and_the_newest_outcome_of_each_stack(crew: Crew) -> None:
    newer = create_deployment(3, "failed")
    crew.pulumi.put(DONE, newer, create_deployment(4), create_deployment(5, "succeeded", stack=PROD))
    crew.pulumi.paused.add(PROD)
    crew.pulumi.paused_orgs.add("acme")
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert [each.id for each in seen.active] == ["dev-4"]
    assert sorted(each.id for each in seen.recent) == ["dev-3", "prod-5"]
    assert (seen.as_of, seen.paused, seen.paused_stacks) == (START.timestamp(), True, ("web/prod",))


async def test_the_overview_remembers_outcomes_that_no_list_holds_any_more(crew: Crew) -> None:
    crew.pulumi.put(DONE, create_deployment(2, "succeeded", stack=PROD))
    await crew.look()
    crew.pulumi.delete(DONE)
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert sorted(each.id for each in seen.recent) == ["dev-1", "prod-2"]


async def test_where_the_service_does_not_tell_paused_stacks_none_are_shown(crew: Crew) -> None:
    crew.pulumi.tells_paused_stacks = False
    crew.pulumi.paused.add(DEV)
    crew.pulumi.put(create_deployment(3, "not-started"))
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert seen.paused_stacks == ()


async def test_the_overview_knows_a_cancel_from_a_failure(crew: Crew) -> None:
    await crew.run(create_command(Verb.DEPLOY, id="adas"))
    await crew.run(create_command(Verb.CANCEL, confirmed=True))
    await crew.look()
    seen = await crew.state.overview("acme")
    assert seen is not None
    assert seen.canceled == {"dev-1": "U0ADA"}
