"""The buttons that cards, notes, replies and the Home tab share, each with what it asks before it acts."""

from __future__ import annotations

from bot.domain.commands import Verb
from bot.domain.deployments import Deployment
from bot.domain.requests import Request
from bot.domain.stacks import StackRef
from bot.messages.actions import DISMISS, OPEN, Press, action_id, value_of
from bot.messages.blocks import Style, button, confirm
from bot.messages.message import Block
from bot.messages.mrkdwn import phrase
from bot.messages.words import operation, source

CANCEL_RISK = "Canceling in the middle of an operation can leave the stack in an inconsistent state."
DESTROY_RISK = "Destroy deletes every resource of the stack. It can't be undone."


def press(
    label: str,
    what: Press,
    *,
    suffix: str = "",
    style: Style | None = None,
    ask: Block | None = None,
    spoken: str = "",
) -> Block | None:
    """A button of ours: its id and value come from what it asks for."""
    return button(
        label, action=action_id(what.verb, suffix), value=value_of(what), style=style, ask=ask, spoken=spoken
    )


def open_in_pulumi(url: str, *, suffix: str = "") -> Block | None:
    """The way to Pulumi's own page; None where the address is unknown."""
    return button("Open in Pulumi", action=f"{OPEN}:{suffix}" if suffix else OPEN, url=url) if url else None


def logs(deployment: Deployment, *, suffix: str = "") -> Block | None:
    """Show the log in a modal."""
    return press("Logs", _on(Verb.LOGS, deployment), suffix=suffix, spoken=f"Logs of {deployment.name}")


def cancel(deployment: Deployment, *, suffix: str = "") -> Block | None:
    """Cancel, after a word on what that can do: a queued deployment is only taken off the queue."""
    return press(
        "Cancel",
        _on(Verb.CANCEL, deployment, confirmed=True),
        suffix=suffix,
        style="danger",
        ask=confirm(
            title=f"Cancel {deployment.name}?",
            text=cancel_risk(deployment),
            yes="Cancel it",
            no="Keep it",
            style="danger",
        ),
        spoken=f"Cancel {deployment.name}",
    )


def cancel_risk(deployment: Deployment) -> str:
    """What canceling this deployment would do."""
    if deployment.is_queued:
        return "It has not started: it leaves the queue, and nothing changes on the stack."
    return f"{CANCEL_RISK} If it can wait, let it finish."


def start(
    label: str,
    verb: Verb,
    stack: StackRef,
    *,
    branch: str = "",
    commit: str = "",
    like: Request | None = None,
    style: Style | None = None,
) -> Block | None:
    """Start an operation, after a look at what it will be. A deployment runs one branch or one commit: the commit wins.

    With `like`, the variables and the rest of what that request differed by are taken over.
    """
    branch = "" if commit else branch
    again = like.id if like and like.options else ""
    what = Press(verb=verb, stack=str(stack), branch=branch, commit=commit, confirmed=True, request_id=again)
    risky = verb is Verb.DESTROY
    at = source(branch, commit)
    sentence = f"This starts a new {verb.value} of *{phrase(stack.short, 120)}*{f' from {at}' if at else ''}."
    ask = confirm(
        title=f"{verb.value.capitalize()} {stack.short}?",
        text=f"{DESTROY_RISK} {sentence}" if risky else sentence,
        yes=verb.value.capitalize(),
        no="Not now",
        style="danger" if risky else "primary",
    )
    return press(label, what, style="danger" if risky else style, ask=ask, spoken=f"{label}: {stack.short}")


def form() -> Block | None:
    """Open the form in which a deployment is put together."""
    return press("Deploy…", Press(verb=Verb.DEPLOY), style="primary", spoken="Put a deployment together")


def history(stack: StackRef) -> Block | None:
    """The stack's past deployments, privately."""
    return press("History", Press(verb=Verb.HISTORY, stack=str(stack)), spoken=f"History of {stack.short}")


def turn(label: str, stack: StackRef, *, page: int, status: str, suffix: str) -> Block | None:
    """Another page of a history, in place of this one."""
    what = Press(verb=Verb.HISTORY, stack=str(stack), page=page, status=status)
    return press(label, what, suffix=suffix, spoken=f"{label}: page {page} of {stack.short}")


def pause(stack: StackRef, *, suffix: str = "") -> Block | None:
    """Hold new deployments of the stack."""
    return press(
        "Pause stack", Press(verb=Verb.PAUSE, stack=str(stack)), suffix=suffix, spoken=f"Pause {stack.short}"
    )


def resume(stack: StackRef, *, suffix: str = "") -> Block | None:
    """Let them go on."""
    return press(
        "Resume stack",
        Press(verb=Verb.RESUME, stack=str(stack)),
        suffix=suffix,
        spoken=f"Resume {stack.short}",
    )


def approve(request: Request, *, suffix: str = "") -> Block | None:
    """Approve a request; a destroy is asked about once more."""
    what = operation(request.operation)
    ask = confirm(
        title=f"Destroy {request.stack.short}?",
        text=f"You approve a destroy of *{phrase(request.stack.short, 120)}*. {DESTROY_RISK}",
        yes="Approve destroy",
        no="Not now",
        style="danger",
    )
    return press(
        "Approve",
        _vote(Verb.APPROVE, request),
        suffix=suffix,
        style="primary",
        ask=ask if request.operation == "destroy" else None,
        spoken=f"Approve {what} of {request.stack.short}",
    )


def reject(request: Request, *, suffix: str = "", label: str = "Reject") -> Block | None:
    """Reject a request, or withdraw one's own: a modal asks for the reason."""
    what = operation(request.operation)
    return press(
        label,
        _vote(Verb.REJECT, request),
        suffix=suffix,
        style="danger",
        spoken=f"{label} {what} of {request.stack.short}",
    )


def withdraw(request: Request, *, suffix: str = "") -> Block | None:
    """Take one's own request back."""
    return press(
        "Withdraw",
        _vote(Verb.WITHDRAW, request),
        suffix=suffix,
        spoken=f"Withdraw {operation(request.operation)} of {request.stack.short}",
    )


def send_log(deployment: Deployment) -> Block | None:
    """Put the whole log into the card's thread as a file."""
    return press("Post full log in thread", _on(Verb.SEND_LOG, deployment))


def dismiss(label: str) -> Block | None:
    """Take a private question away."""
    return button(label, action=DISMISS)


def _on(verb: Verb, deployment: Deployment, *, confirmed: bool = False) -> Press:
    return Press(
        verb=verb,
        stack=str(deployment.stack),
        version=deployment.version,
        deployment_id=deployment.id,
        confirmed=confirmed,
    )


def _vote(verb: Verb, request: Request) -> Press:
    """It names the round of votes that its card showed, so that nobody approves what they have not seen."""
    return Press(verb=verb, stack=str(request.stack), request_id=request.id, version=request.round or None)
