"""The audit's pages, and what is said of linked logins, as people see them."""

from __future__ import annotations

from typing import Any

from bot.domain.audit import Entry
from bot.domain.audit_query import Query
from bot.domain.links import Link
from bot.domain.refusals import SIGNED
from bot.messages import audits, links
from bot.messages.audits import Shown
from bot.messages.message import Message
from bot.messages.views import Opener
from tests.builders import ADA, BEN, PROD, START, TEAM

AT = START.timestamp()
STARTED = Entry(
    id="c1:started",
    at=AT,
    team=TEAM,
    user=ADA,
    verb="deploy",
    outcome="started",
    stack=str(PROD),
    version=42,
    rule="production",
    approvers=(BEN,),
    identity="ada",
)
REFUSED = Entry(
    id="c2:command",
    at=AT + 60,
    team=TEAM,
    user=BEN,
    verb="destroy",
    outcome="refused",
    stack=str(PROD),
    reason="No <!channel>.",
)
BARE = Entry(id="c3:command", at=AT + 120, team=TEAM, user="", verb="audit", outcome="done")
FORGED = Entry(
    id="forged:1",
    at=AT + 180,
    team=TEAM,
    user="",
    verb="request",
    outcome="refused",
    rule=SIGNED,
    reason="2 from 14:00:00 to 14:00:09 UTC: Slack, wrong signature 2; the first from 10.0.0.9 <!here>",
)
LINK = Link(team=TEAM, user=ADA, login="ada", name="Ada Lovelace", token="sealed", at=AT)

AUDIT_REPLIES: dict[str, Message] = {
    "reply-audit": audits.page(
        Shown(
            Query(stack=str(PROD), user=ADA, since=AT),
            (BARE, REFUSED, STARTED),
            older="1-0",
            newer="9-0",
            since=7200,
        )
    ),
    "reply-audit-forged": audits.page(Shown(Query(), (FORGED,))),
    "reply-audit-own": audits.page(Shown(Query(user=ADA), (STARTED,), own_only=True)),
    "reply-audit-empty": audits.page(Shown(Query(), own_only=True)),
}
IDENTITY_REPLIES: dict[str, Message] = {
    "reply-linked": links.linked("ada"),
    "reply-linked-anew": links.linked("ada", renewed=True),
    "reply-unlinked": links.unlinked("ada"),
    "reply-unlinked-another": links.unlinked_another(ADA, "ada"),
    "reply-unlinked-by": links.unlinked_by(ADA, "ada"),
    "reply-not-linked": links.not_linked(can_link=True),
    "reply-not-linkable": links.not_linked(can_link=False),
    "reply-known-as": links.known_as(LINK, works=True),
    "reply-known-as-nobody": links.known_as(LINK, works=False),
}
IDENTITY_VIEWS: dict[str, dict[str, Any]] = {
    "view-link": links.form(Opener("C0DEPLOYS", response_url="https://hooks.slack.com/commands/T0/1/x")),
}
