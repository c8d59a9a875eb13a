from typing import Any

from tests.sandbox.slack_workspace.stage import Stage, mrkdwn


async def ephemerals(stage: Stage, channel: str = "deploys") -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (await stage.channel(channel))["ephemerals"]
    return shown


async def test_a_command_carries_all_of_slacks_fields(stage: Stage) -> None:
    told = await stage.command("deploy web/dev")
    assert told["status"] == 200
    fields = stage.app.last
    assert fields["command"] == "/pulumi"
    assert fields["text"] == "deploy web/dev"
    assert (fields["team_id"], fields["team_domain"]) == ("T0QUARTER", "acme")
    assert (fields["channel_id"], fields["channel_name"]) == ("C0DEPLOYS", "deploys")
    assert (fields["user_id"], fields["user_name"]) == ("U0ANA", "ana")
    assert fields["api_app_id"] == "A0QDECK"
    assert fields["is_enterprise_install"] == "false"
    assert fields["response_url"].startswith(stage.servers.slack_url)
    assert fields["trigger_id"]
    assert fields["token"]


async def test_a_command_is_signed(stage: Stage) -> None:
    await stage.command()
    assert stage.app.received[-1].signed


async def test_private_channels_and_dms_have_slacks_names(stage: Stage) -> None:
    await stage.command(channel="oncall")
    assert stage.app.last["channel_name"] == "privategroup"
    await stage.command(channel="@ana")
    assert stage.app.last["channel_name"] == "directmessage"


async def test_special_characters_arrive_escaped(stage: Stage) -> None:
    await stage.command("a & <!channel>")
    assert stage.app.last["text"] == "a &amp; &lt;!channel&gt;"


async def test_names_become_entities_only_for_a_command_that_asks(stage: Stage) -> None:
    await stage.control("command", user="ana", channel="deploys", command="/who", text="is @ben in #prod")
    assert stage.app.last["text"] == "is <@U0BEN> in <#C0PROD|prod>"
    await stage.command("is @ben")
    assert stage.app.last["text"] == "is @ben"


async def test_text_in_the_acknowledgement_is_shown_to_the_person_alone(stage: Stage) -> None:
    stage.app.will("One moment")
    await stage.command()
    (shown,) = await ephemerals(stage)
    assert (shown["text"], shown["ephemeral_to"], shown["bot_id"]) == ("One moment", "U0ANA", "B0QDECK")


async def test_an_in_channel_acknowledgement_is_shown_to_all(stage: Stage) -> None:
    stage.app.will({"response_type": "in_channel", "blocks": [{"type": "section", "text": mrkdwn("hi")}]})
    await stage.command()
    (message,) = (await stage.channel("deploys"))["messages"]
    assert message["blocks"][0]["text"]["text"] == "hi"


async def test_an_acknowledgement_that_breaks_the_rules_counts_as_a_violation(stage: Stage) -> None:
    stage.app.will({"blocks": [{"type": "header", "text": mrkdwn("no")}]})
    await stage.command()
    counts = (await stage.state())["api"]
    assert counts["methods"]["ack:slash_commands"]["violations"] == 1
    assert "json-pointer:/blocks/0/text" in counts["last_violations"][0]


async def test_the_person_hears_of_an_app_that_does_not_answer_in_time(stage: Stage) -> None:
    stage.app.delay = 1.8
    told = await stage.command()
    assert told["status"] == 0
    (shown,) = await ephemerals(stage)
    assert shown["text"] == '/pulumi failed with the error "operation_timeout"'
    assert shown["user_name"] == "slackbot"


async def test_the_person_hears_of_an_app_that_fails(stage: Stage) -> None:
    stage.app.will("boom", status=500)
    told = await stage.command()
    assert told["status"] == 500
    (shown,) = await ephemerals(stage)
    assert shown["text"] == '/pulumi failed with the error "dispatch_failed"'


async def test_a_command_that_the_app_does_not_have_is_not_sent(stage: Stage) -> None:
    told = await stage.control("command", user="ana", channel="deploys", command="/foo")
    assert told["status"] == 0
    assert stage.app.received == []
    (shown,) = await ephemerals(stage)
    assert shown["text"] == "`/foo` is not a valid command."


async def test_commands_are_not_taken_in_threads(stage: Stage) -> None:
    ts = await stage.post()
    await stage.control("command", user="ana", channel="deploys", command="/pulumi", thread_ts=ts)
    assert [request for request in stage.app.received if "command" in request.data] == []
    (shown,) = await ephemerals(stage)
    assert "not supported in threads" in shown["text"]


async def test_a_command_works_where_the_bot_is_not(stage: Stage) -> None:
    stage.app.will("hi")
    told = await stage.command(channel="random")
    assert told["status"] == 200
    assert [shown["text"] for shown in await ephemerals(stage, "random")] == ["hi"]


async def test_nobody_acts_as_a_bot_or_as_somebody_who_left_or_in_a_foreign_private_channel(
    stage: Stage,
) -> None:
    async def status(user: str, channel: str) -> int:
        return (await stage.refused("command", user=user, channel=channel, command="/pulumi"))[0]

    assert await status("eve", "deploys") == 403
    assert await status("quarterdeck", "deploys") == 403
    assert await status("cleo", "oncall") == 403
    assert await status("nobody", "deploys") == 404
    assert await status("ana", "nowhere") == 404


async def test_a_command_is_typed_where_one_could_write(stage: Stage) -> None:
    await stage.control("members", channel="random", user="dev", action="kick")
    for user, channel in (("dev", "random"), ("ana", "old-deploys")):
        assert (await stage.refused("command", user=user, channel=channel, command="/pulumi"))[0] == 403
