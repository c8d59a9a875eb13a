"""What every verb works with: the world behind ports, the rules, and the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain import audit
from bot.domain.audit import SERVICE, Entry
from bot.domain.commands import OPERATION_OF, Command, Intent
from bot.domain.deployments import Deployment
from bot.domain.policy import Allow, Deny, Facts, NeedsApproval, Policy, decide
from bot.domain.refusals import Refusal
from bot.domain.stacks import StackRef, Unknown, resolve
from bot.errors import NotFoundError
from bot.messages import replies
from bot.messages.message import Message, Reply
from bot.messages.questions import decided
from bot.ports import Channels, Clock, People, Pulumi, State
from bot.vault import Vault

NO_VAULT = Vault(())


@dataclass(slots=True)
class Ruling:
    """Which rule was asked about the command at hand; empty until one is. Whatever comes of it then, its record names the rule.

    It is the one thing in a Context that changes. A verb that fails leaves by an exception, from any depth after the rule was asked, and
    a rule that was handed from call to call would be lost there. So `may` notes it here, and the runner gives each command one of its own.
    """

    rule: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """One per worker, of which the runner makes one per command, with a `ruling` of its own.

    `secrets` are the bot's own: no log line may show them. `vault` opens people's.
    `identity` is whose token `pulumi` uses: the bot's own, or the Pulumi login of a person who linked it (`bot.verbs.identity`); then
    `own` is the one with the bot's.
    """

    pulumi: Pulumi
    state: State
    channels: Channels
    people: People
    policy: Policy
    orgs: tuple[str, ...]
    clock: Clock
    secrets: frozenset[str] = frozenset()
    vault: Vault = NO_VAULT
    identity: str = SERVICE
    own: Pulumi | None = None
    ruling: Ruling = field(default_factory=Ruling)


async def find_stack(context: Context, text: str) -> StackRef | Refusal:
    """The stack that was meant; one that nobody has deployed yet is looked up at Pulumi before it is called unknown."""
    known = [stack for org in context.orgs for stack in await context.state.stacks(org)]
    found = resolve(text, known, context.orgs)
    if not isinstance(found, Unknown):
        return found
    if found.ref is None:
        return found.refusal
    try:
        await context.pulumi.metadata(found.ref)
    except NotFoundError:
        return found.refusal
    await context.state.add_stacks(found.ref.org, [found.ref])
    return found.ref


async def one_of(context: Context, stack: StackRef, deployment_id: str) -> Deployment:
    """A deployment of this stack and no other, whatever the service or our memory makes of the id. Raises NotFoundError."""
    known = (await context.state.tracked(stack.org, [deployment_id])).get(deployment_id)
    if known is not None and known.deployment.stack != stack:
        raise NotFoundError(f"no deployment {deployment_id} of {stack}", status=404)
    return await context.pulumi.get(stack, deployment_id)


async def facts_of(context: Context, stack: StackRef, channel: str) -> Facts:
    """For a decision on something asked in `channel` (empty on the Home tab); Slack is asked only what a rule wants to know.

    Raises SlackError.
    """
    policy, people = context.policy, context.people
    return Facts(
        groups=await people.groups(policy.handles) if policy.handles else {},
        members=await people.members(channel) if policy.asks_members and channel else frozenset(),
        lock=await context.state.lock(stack),
        now=context.clock(),
    )


async def may(
    context: Context, command: Command, stack: StackRef, *, started_by_user: bool = False
) -> Allow | NeedsApproval | Deny:
    """What the policy says of this person doing this to that stack from here."""
    decision = decide(
        context.policy,
        Intent(
            verb=command.verb,
            stack=stack,
            user=command.origin.user,
            channel=command.origin.channel,
            surface=command.origin.surface,
            branch=command.branch,
            commit=command.commit,
            started_by_user=started_by_user,
            reason=command.reason,
            break_glass=command.break_glass,
            typed=command.typed,
        ),
        await facts_of(context, stack, command.origin.channel),
    )
    context.ruling.rule = decision.rule
    return decision


def reply(
    command: Command, message: Message, *, what: str = "answer", replace_message: bool = False
) -> Reply:
    """A private answer to whoever gave the command, said once however often the command is redelivered."""
    return Reply(
        key=f"{command.id}:{what}",
        channel=command.origin.channel,
        user=command.origin.user,
        message=message,
        response_url=command.origin.response_url,
        replace=replace_message,
    )


async def answer(
    context: Context,
    command: Command,
    message: Message,
    *,
    replace_message: bool = False,
    entries: Sequence[Entry] = (),
) -> None:
    """Say `reply` now, and keep the audit's `entries` with it."""
    await context.state.say(replies=[reply(command, message, replace_message=replace_message)], audit=entries)


async def settle(context: Context, command: Command) -> None:
    """A question that was answered with yes can't be pressed again: it says what was decided, unless a verb has said more."""
    if command.answers_a_question:
        name = command.stack.partition("/")[2] or command.stack
        await answer(context, command, decided(command.verb, name), replace_message=True)


def entry(
    context: Context,
    command: Command,
    outcome: str,
    *,
    stack: StackRef | None = None,
    rule: str = "",
    reason: str = "",
    request_id: str = "",
    deployment_id: str = "",
    version: int = 0,
) -> Entry:
    """The audit's record of a command: saved with the change that it tells of, it is the only one; else the runner adds it.

    `rule` is said only where it is not the one that `may` asked.
    """
    told = audit.of_command(
        command,
        outcome,
        at=context.clock(),
        rule=rule or context.ruling.rule,
        reason=reason,
        identity=context.identity,
        secrets=context.secrets,
    )
    return replace(
        told,
        stack=str(stack) if stack else told.stack,
        request_id=request_id or told.request_id,
        deployment_id=deployment_id or told.deployment_id,
        version=version or told.version,
    )


async def can_speak(context: Context, command: Command) -> Refusal | None:
    """Nothing is started from a channel where its card could not stand."""
    if await context.channels.is_member(command.origin.channel):
        return None
    return replies.not_in_channel(command.origin.channel)


def operation_of(command: Command) -> str:
    """The Pulumi operation a verb stands for."""
    return OPERATION_OF[command.verb]
