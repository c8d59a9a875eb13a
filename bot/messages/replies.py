"""Answers to one person: short, and with what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.approvals import approvers
from bot.domain.commands import Verb
from bot.domain.deployments import SUCCEEDED, Deployment
from bot.domain.redaction import redact
from bot.domain.refusals import Refusal
from bot.domain.requests import Choice, Request, RequestState, Vote
from bot.domain.stacks import StackRef
from bot.messages import buttons
from bot.messages.actions import Press
from bot.messages.blocks import PREFORMATTED, actions, context, message, preformatted, section
from bot.messages.message import Message
from bot.messages.mrkdwn import code, paragraph, person, phrase, plainly
from bot.messages.questions import are_you_sure
from bot.messages.tails import shown_of, tail
from bot.messages.words import joined, operation, outcome, source

COMMANDS = (
    ("deploy", "opens a form: stack, branch or commit, variables and secrets, a message"),
    ("deploy web/dev", "start an update; `--branch main`, `--commit 1f0c9ab`, `--env NAME=value`, `-m why`"),
    ("preview web/dev", "show what a deploy would change"),
    ("refresh web/dev", "read the real state of the resources"),
    ("destroy web/dev", "delete every resource; it asks first"),
    ("status", "what runs, waits and is paused; `status web/dev` for one stack"),
    ("history web/dev", "past deployments; `history web/dev failed` for one status"),
    ("logs web/dev", "the newest log; `logs web/dev#42` for an older one"),
    ("pause web/dev", "new deployments wait; say why behind it; `pause org` for all stacks"),
    ("resume web/dev", "let them run again"),
    ("cancel web/dev", "stop a running or queued deployment; it asks first"),
    (
        "settings web/dev",
        "what deployments start from: source, variables, credentials; and a form to change it",
    ),
    ("lock web/prod migration for 2h", "keep a stack to yourself; `unlock web/prod` gives it back"),
    ("can @ana deploy web/prod", "which rule decides, and why"),
    ("audit", "who did what; `audit web/dev`, `audit @ana`, `audit since 2d`"),
    (
        "link",
        "let your commands run with your own Pulumi token; `unlink`, `whoami`; `unlink @ana` where a rule lets you",
    ),
    ("help", "this list"),
)


def refusal(no: Refusal) -> Message:
    """What is wrong, and what would be right. It may quote what was typed: a token that was typed in the wrong place is not shown again."""
    names = ", ".join(person(user) for user in no.people)
    problem, remedy = (paragraph(redact(part)) for part in (no.problem, no.remedy))
    sentences = [part for part in (f"{problem.rstrip('.')}: {names}." if names else problem, remedy) if part]
    return _said(" ".join(sentences), shown="\n".join(sentences))


def failure(text: str, incident: str) -> Message:
    """Something broke: what is known of it, and the name under which the log has it."""
    what = paragraph(text)
    name = phrase(incident, 80)
    small = f"Whoever runs the bot finds this in its log as `{name}`." if name else ""
    return message(plainly(f"{what} {small}"), [section(what), *context(small)])


def help_text(command: str) -> Message:
    """All commands, each with an example that can be typed."""
    slash = phrase(command, 30)
    rows = "\n".join(f"{code(f'{command} {example}')}  {what}" for example, what in COMMANDS)
    intro = "I run Pulumi Deployments from this channel and tell how they go."
    small = (
        "A stack is `stack`, `project/stack` or `org/project/stack`. Cards have buttons for what comes next."
    )
    verbs = ", ".join(dict.fromkeys(example.split()[0] for example, _ in COMMANDS))
    return message(
        f"{intro} Type {slash} and one of: {verbs}. For example: {slash} deploy web/dev.",
        [section(f"{intro}\n\n{rows}"), *context(small)],
    )


def confirm_cancel(deployment: Deployment) -> Message:
    """Are you sure: what a cancel can do to the stack, and both ways on."""
    asked = f"Cancel *{phrase(deployment.name, 240)}* ({operation(deployment.operation)})?"
    sure = Press(
        verb=Verb.CANCEL,
        stack=str(deployment.stack),
        version=deployment.version,
        deployment_id=deployment.id,
        confirmed=True,
    )
    return are_you_sure(
        asked,
        buttons.cancel_risk(deployment),
        buttons.press("Cancel deployment", sure, style="danger"),
        "Keep it running" if not deployment.is_queued else "Keep it",
    )


def confirm_destroy(
    stack: StackRef, *, branch: str = "", commit: str = "", reason: str = "", request_id: str = ""
) -> Message:
    """Are you sure: what a destroy does, and both ways on. `request_id` is the command whose options were kept."""
    at = source(branch, commit)
    asked = f"Destroy *{phrase(stack.short, 240)}*{f' from {at}' if at else ''}?"
    sure = Press(
        verb=Verb.DESTROY,
        stack=str(stack),
        branch=branch,
        commit=commit,
        reason=reason,
        confirmed=True,
        request_id=request_id,
    )
    return are_you_sure(
        asked,
        buttons.DESTROY_RISK,
        buttons.press("Destroy everything", sure, style="danger"),
        "Never mind",
    )


def canceling(deployment: Deployment) -> Message:
    """Pulumi took the cancel; how it ends is told on the card."""
    return _said(f"Pulumi is canceling *{phrase(deployment.name, 240)}*. Its card tells how it ends.")


def canceled(deployment: Deployment) -> Message:
    """To whoever canceled it: it is over, by that or just before it."""
    name = phrase(deployment.name, 240)
    if deployment.status == SUCCEEDED:
        return _said(f"You asked to cancel *{name}*, but it finished first.")
    return _said(f"You canceled *{name}*. It is over.")


def vote_recorded(request: Request, vote: Vote) -> Message:
    """The voter's own receipt: what was counted, and what it led to."""
    what = f"{operation(request.operation)} of *{phrase(request.stack.short, 240)}*"
    if vote.choice is Choice.REJECT and vote.user == request.requester:
        return _said(f"You withdrew the {what}. Nothing was started.")
    if vote.choice is Choice.REJECT:
        return _said(f"You rejected the {what}. Nothing was started.")
    if request.state is not RequestState.AWAITING:
        later = "It is on hold now; its card says until when." if request.hold else "It is starting now."
        return _said(f"You approved the {what}. {later}")
    return _said(
        f"You approved the {what}: {len(approvers(request))} of {request.approvals_needed} approvals so far."
    )


def not_in_channel(channel: str) -> Refusal:
    """Nothing is started from where its card could not stand. A value like other refusals; the runner renders it."""
    if channel.startswith("D"):
        return Refusal(
            "I can't post in this conversation. Nothing was started.", "Ask me in a channel that I'm in."
        )
    return Refusal(
        "I'm not in this channel, so nobody here could see what I do. Nothing was started.",
        "Invite me with /invite @quarterdeck, then ask again.",
    )


def log(deployment: Deployment, lines: Sequence[str], *, total: int = 0) -> Message:
    """The end of a log as a private message, where no modal could be opened."""
    head = joined(
        f"*Log of {phrase(deployment.name, 240)}*", operation(deployment.operation), outcome(deployment)
    )
    if not lines:
        return _said(f"{head}\nNothing has been logged yet.")
    kept = tail(lines, size=PREFORMATTED - 200)
    return message(
        plainly(f"{head}. {shown_of(len(kept), max(total, len(lines)))}"),
        [
            section(head),
            preformatted("\n".join(kept)),
            *context(shown_of(len(kept), max(total, len(lines)))),
            *actions(buttons.send_log(deployment)),
        ],
    )


def _said(sentence: str, *, shown: str = "") -> Message:
    return message(plainly(sentence), [section(shown or sentence)])
