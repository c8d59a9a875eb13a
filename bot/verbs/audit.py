"""audit: what was done here, for those who may read it; everybody may read what they did themselves."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.audience import Facts, includes
from bot.domain.audit_query import Query
from bot.domain.commands import Command, Surface
from bot.domain.refusals import DEFAULT, Refusal
from bot.messages import audits
from bot.messages.audits import Shown
from bot.verbs.can import who
from bot.verbs.context import Context, entry, find_stack, reply

PAGE = 10
RULE = "[audit] readers"
# A page's name on a button: older than, or newer than, a record.
_PLACE = re.compile(r"([<>])([0-9]{1,20}-[0-9]{1,20})")


async def audit(context: Context, command: Command) -> Refusal | None:
    """One page, to the one who asked. A button that turns the page asks for permission anew."""
    query = await _query(context, command)
    if isinstance(query, Refusal):
        return query
    mine = command.origin.user
    reads_all = await _reads_all(context, mine)
    if not reads_all and query.user not in {"", mine}:
        return Refusal(
            "You may read what you did yourself, not what others did.",
            f'The policy file names who reads everything: {RULE} = ["@platform"].',
            rule=RULE,
        )
    if not reads_all:
        query = replace(query, user=mine)
    place = _PLACE.fullmatch(command.place)
    found = await context.state.audited(
        query,
        before=place[2] if place and place[1] == "<" else "",
        after=place[2] if place and place[1] == ">" else "",
        count=PAGE,
    )
    shown = Shown(
        query=query,
        entries=found.entries,
        older=found.older,
        newer=found.newer,
        since=int(command.lasts),
        own_only=not reads_all,
    )
    turned = command.origin.surface is Surface.BUTTON
    rule = RULE if reads_all else DEFAULT
    told = entry(context, command, "done", rule=rule, reason="turned the page" if turned else "")
    heard = reply(command, audits.page(shown), replace_message=turned)
    await context.state.say(replies=[heard], audit=[told])
    return None


async def _query(context: Context, command: Command) -> Query | Refusal:
    stack = await find_stack(context, command.stack) if command.stack else None
    if isinstance(stack, Refusal):
        return stack
    person = await who(context, command) if command.person else ""
    if isinstance(person, Refusal):
        return person
    since = max(context.clock() - command.lasts, 0.001) if command.lasts else 0.0
    return Query(stack=str(stack) if stack else "", user=person, since=since)


async def _reads_all(context: Context, user: str) -> bool:
    readers = context.policy.readers
    handles = [term for term in readers if term.startswith("@")]
    return includes(readers, user, Facts(groups=await context.people.groups(handles) if handles else {}))
