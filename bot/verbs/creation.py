"""Create a deployment exactly once, whatever gets lost on the way.

The request is recorded as *creating* before the call, and the deployment carries the request's id as the name of an environment
variable. So after a crash or a lost answer the question "did it happen?" has an answer: look for that name before trying again.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.approvals import approvers
from bot.domain.audit import Entry, of_request
from bot.domain.commands import Command, Verb
from bot.domain.deployments import NOT_STARTED, Deployment
from bot.domain.refusals import Refusal
from bot.domain.requests import Request, RequestState
from bot.errors import (
    AnswerLostError,
    PulumiError,
    PulumiUnavailableError,
    RateLimitedError,
    StoreUnavailableError,
)
from bot.messages.failures import failed
from bot.ports import Tracked
from bot.telling import cards_of, lanes_for, tell
from bot.vault import NoKeyError, SealedShutError
from bot.verbs.context import Context
from bot.verbs.identity import acting_for
from bot.verbs.overrides import overrides

# Seconds. A card that stands sooner than this needs no "starting" before it.
PATIENCE = 0.7
# Seconds between looks for a deployment whose answer was lost. A cut connection is settled by the first few; a service that
# was silent until the timeout may still be at work, so it is given all of them, and nothing is sent a second time.
LOOKS_AFTER_CUT = (0.2, 1.0)
LOOKS_AFTER_SILENCE = (1.0, 4.0, 10.0, 15.0)
# Seconds. A Redis that dies forgets its last second (appendfsync everysec), a request among it. No Redis dies and is back sooner than
# this: a command that is younger can't have been carried out by somebody before, and needs no look.
FRESH = 0.5
# Seconds by which Pulumi's clock may be behind ours. Further back than that before its request no deployment is looked at.
CLOCKS = 300.0
# How often a create that surely did not happen, or a look, is sent again, and the longest wait (seconds) that a 429 may ask for.
ATTEMPTS = 3
LONGEST_WAIT = 30.0


async def create(context: Context, request: Request, *, looked: bool) -> None:
    """Carry a request in state CREATING to CREATED or FAILED.

    `looked`: it is certain that nothing was sent for it yet, because it was asked for in this breath (`is_new`); otherwise a look comes
    first: what let it go before may be forgotten. Whoever lets it go, it runs as it was asked.
    """
    acted = await acting_for(context, request)
    if isinstance(acted, Refusal):
        await fail(context, request, f"{acted.problem} {acted.remedy}")
        return
    context = acted
    work = asyncio.create_task(_settle(context, request, looked=looked))
    try:
        done, _ = await asyncio.wait({work}, timeout=PATIENCE)
        if not done:
            await _say_starting(context, request)
        await work
    finally:
        work.cancel()  # nothing is left running that a redelivered command would run next to


def is_new(context: Context, command: Command) -> bool:
    """Whether nothing was done for it that nobody remembers."""
    return context.clock() - command.at < FRESH


async def adopt(context: Context, request: Request, deployment: Deployment) -> None:
    """The deployment of this request exists: watch it, and let the request say so."""
    url = context.pulumi.console_url(deployment.stack, deployment.version)
    after = replace(
        request,
        state=RequestState.CREATED,
        problem="",
        unsure=False,
        deployment_id=deployment.id,
        version=deployment.version,
        console_url=url,
    )
    tracked = Tracked(
        deployment=unseen(deployment),
        lanes=lanes_for(deployment, request=request, subscriptions=context.policy.subscriptions),
        request_id=request.id,
        console_url=url,
    )
    told = record(context, after, "started")
    await context.state.track(tracked, say=tell(tracked, after), audit=[told])
    if not await context.state.change_request(request, after):
        await _overtake_failure(context, after)
    await context.state.add_stacks(deployment.stack.org, [deployment.stack])
    await context.state.schedule(deployment.stack.org, context.clock())


def unseen(deployment: Deployment) -> Deployment:
    """As it was before anything happened, so that the first look tells everything that has."""
    return replace(deployment, status=NOT_STARTED, jobs=())


async def _say_starting(context: Context, request: Request) -> None:
    """Only while it is still so: compared and swapped, a word that comes late cannot hide how it went on."""
    with contextlib.suppress(StoreUnavailableError):
        await context.state.change_request(request, request, say=cards_of(request))


async def _overtake_failure(context: Context, after: Request) -> None:
    """Somebody gave it up at the same moment; that it exists is worth more."""
    now = await context.state.request(after.id)
    if now is not None and now.state is RequestState.FAILED:
        await context.state.change_request(now, after)


async def _settle(context: Context, request: Request, *, looked: bool) -> None:
    try:
        deployment = None if looked else await _find(context, request)
        deployment = deployment or await _create(context, request)
    except PulumiError as error:
        unsure = isinstance(error, AnswerLostError)  # after a 500 it was looked for
        await fail(context, request, failed(Verb.DEPLOY, error.for_people, unsure=unsure), unsure=unsure)
        raise
    except (
        SealedShutError,
        NoKeyError,
    ) as error:  # the card says it: nothing was sent, and a second try would be no better
        await fail(context, request, f"{error.for_people} Nothing was started.")
        return
    await adopt(context, request, deployment)


async def fail(context: Context, request: Request, problem: str, *, unsure: bool = False) -> None:
    """Nothing runs, or (`unsure`) nobody knows whether something does, and the card says why."""
    after = replace(request, state=RequestState.FAILED, problem=problem, unsure=unsure)
    told = record(context, after, "failed", reason=problem)
    await context.state.change_request(request, after, say=cards_of(after), audit=[told])
    if request.for_request:
        await _fail_previewed(context, request.for_request, problem)


async def _fail_previewed(context: Context, request_id: str, problem: str) -> None:
    """What could not be previewed is not voted on."""
    request = await context.state.request(request_id)
    if request is not None and request.state is RequestState.PREVIEWING:
        await fail(context, request, f"It could not be previewed. {problem}")


def record(context: Context, request: Request, outcome: str, *, reason: str = "") -> Entry:
    """The audit's record of what became of a request."""
    return of_request(request, outcome, at=context.clock(), reason=reason, secrets=context.secrets)


async def _find(context: Context, request: Request) -> Deployment | None:
    """Did a crashed try create it? Where that can't be told, nothing is claimed: "nothing was started" may be wrong."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await _seek(context, request)
        except RateLimitedError as error:
            if attempt == ATTEMPTS or error.retry_after > LONGEST_WAIT:
                raise _unsure(error) from error
            await asyncio.sleep(error.retry_after)
        except PulumiUnavailableError as error:
            raise _unsure(error) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _seek(context: Context, request: Request) -> Deployment | None:
    """One list of the stack's newest deployments, and a call for each that is not older than the request."""
    since = datetime.fromtimestamp(request.created_at - CLOCKS, UTC)
    return await context.pulumi.find_request(request.stack, request.id, since=since)


def _unsure(error: PulumiError) -> AnswerLostError:
    return AnswerLostError(
        error.message,
        method=error.method,
        path=error.path,
        status=error.status,
        request_id=error.request_id,
    )


async def _create(context: Context, request: Request) -> Deployment:
    waited = False
    for attempt in range(1, ATTEMPTS + 1):
        try:
            # during a wait its command may have gone to another worker
            found = await _seek(context, request) if waited else None
            return found or await _send(context, request)
        except RateLimitedError as error:
            if attempt == ATTEMPTS or error.retry_after > LONGEST_WAIT:
                raise
            waited = True
            await asyncio.sleep(error.retry_after)
        except (AnswerLostError, PulumiUnavailableError) as error:
            found = await _look(context, request, error)
            if found is not None:
                return found
            if attempt == ATTEMPTS or not isinstance(error, AnswerLostError) or error.timed_out:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _send(context: Context, request: Request) -> Deployment:
    created = await context.pulumi.create(
        request.stack,
        operation=request.operation,
        request_id=request.id,
        branch=request.branch,
        commit=request.commit,
        message=request.options.message,
        requested_by=request.requester,
        approved_by=approvers(request),
        settings=overrides(request.options, context.vault),
        inherit=request.options.inherit,
    )
    return Deployment(
        id=created.id,
        stack=request.stack,
        version=created.version,
        status=NOT_STARTED,
        operation=request.operation,
        branch=request.branch,
        commit=request.commit,
    )


async def _look(context: Context, request: Request, error: PulumiError) -> Deployment | None:
    """Did it happen after all? Raises AnswerLostError when the last look had no answer either: then that is not known."""
    silent = isinstance(error, AnswerLostError) and error.timed_out
    answered = False
    for pause in LOOKS_AFTER_SILENCE if silent else LOOKS_AFTER_CUT:
        await asyncio.sleep(pause)
        try:
            found = await _seek(context, request)
        except PulumiError:
            answered = False  # the next look may do better
            continue
        if found is not None:
            return found
        answered = True
    if not answered:
        raise _unsure(error) from error
    return None
