"""Slash commands: help, refusals and status are answered at once, everything else is recorded for the worker."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.domain.commands import OPERATION_OF, Command, Invocation, Origin, Surface, Verb
from bot.domain.grammar import parse
from bot.domain.overview import Overview
from bot.domain.refusals import DEFAULT, Refusal
from bot.domain.stacks import StackRef, Unknown, resolve
from bot.messages import replies, statuses
from bot.messages.message import Message
from handlers import deploy_form, links, modals, refusals, settings
from handlers.desk import Desk, command_of, say, stable_id


async def on_command(desk: Desk, body: dict[str, Any], ack: AsyncAck) -> None:
    """Slack, "Implementing slash commands": an empty 200 leaves no trace but what the person typed."""
    asked = parse(body.get("text", ""), slash=body["command"], orgs=desk.orgs)
    if isinstance(asked, Refusal):
        await refusals.keep(desk, body, reason=asked.problem)
        await say(ack, replies.refusal(asked))
    elif asked.verb is Verb.HELP:
        await refusals.keep(desk, body, "done", verb=asked.verb, rule=DEFAULT)
        await say(ack, replies.help_text(body["command"]))
    elif asked.verb is Verb.STATUS:
        await _tell_status(desk, body, asked, ack)
    elif asked.verb is Verb.LINK:
        await links.open_form(desk, body, ack)
    elif asked.verb in OPERATION_OF and not asked.stack:
        await deploy_form.open_typed(desk, body, asked, ack)
    else:
        await _record(desk, _command(desk, body, asked), body)
        await ack()


def _command(desk: Desk, body: dict[str, Any], asked: Invocation) -> Command:
    origin = Origin(
        team=body["team_id"],
        channel=body["channel_id"],
        user=body["user_id"],
        surface=Surface.SLASH,
        response_url=body.get("response_url", ""),
    )
    name = stable_id(origin.team, origin.user, body["trigger_id"])
    return command_of(asked, id=name, origin=origin, at=desk.clock())


async def _record(desk: Desk, command: Command, body: dict[str, Any]) -> None:
    if command.verb is Verb.LOGS:
        await modals.record_with_log(desk, command, dedupe=command.id, trigger=body["trigger_id"])
    elif command.verb is Verb.SETTINGS:
        await settings.on_settings(desk, command, trigger=body["trigger_id"])
    else:
        await desk.record(command, dedupe=command.id)


async def _tell_status(desk: Desk, body: dict[str, Any], asked: Invocation, ack: AsyncAck) -> None:
    """At once from the last look; of a deployment that is not in it, the worker asks Pulumi."""
    answer = await _status(desk, body["team_id"], asked)
    if answer is not None:
        await refusals.keep(desk, body, "done", verb=asked.verb, stack=asked.stack, rule=DEFAULT)
        await say(ack, answer)
        return
    await _record(desk, _command(desk, body, asked), body)
    await ack()


async def _status(desk: Desk, team: str, asked: Invocation) -> Message | None:
    state = desk.state(team)
    seen = await asyncio.gather(*(state.overview(org) for org in desk.orgs))
    overviews = [overview for overview in seen if overview is not None]
    locks = [lock for org in desk.orgs for lock in await state.locks(org)]
    if not overviews or not asked.stack:
        return statuses.status(overviews, locks=locks, now=desk.clock())
    known = await asyncio.gather(*(state.stacks(org) for org in desk.orgs))
    found = resolve(asked.stack, frozenset[StackRef]().union(*known), desk.orgs)
    if isinstance(found, Unknown):
        return replies.refusal(found.refusal)
    if isinstance(found, Refusal):
        return replies.refusal(found)
    if asked.version is None:
        return statuses.status(overviews, stack=found, locks=locks, now=desk.clock())
    return _of_one(overviews, found, asked.version, now=desk.clock())


def _of_one(overviews: list[Overview], stack: StackRef, version: int, *, now: float) -> Message | None:
    narrowed = [_only_version(overview, stack, version) for overview in overviews]
    if not any(overview.active or overview.recent for overview in narrowed):
        return None
    return statuses.status(narrowed, stack=stack, now=now)


def _only_version(overview: Overview, stack: StackRef, version: int) -> Overview:
    return replace(
        overview,
        active=tuple(seen for seen in overview.active if (seen.stack, seen.version) == (stack, version)),
        recent=tuple(seen for seen in overview.recent if (seen.stack, seen.version) == (stack, version)),
    )
