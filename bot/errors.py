"""The exception tree. `for_people` tells a person what broke, `bot.messages.failures` what that left behind; the rest is for the log.

A *refusal* is not here: it is a value (`bot.domain.refusals.Refusal`).
"""

from __future__ import annotations


class QuarterdeckError(Exception):
    """Anything this product raises on purpose."""

    @property
    def for_people(self) -> str:
        """What a person in Slack may read: no token, no stack trace, no header."""
        return "Something went wrong on my side."


class ConfigurationError(QuarterdeckError):
    """Settings or the policy file are wrong; `problems` names every one of them at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreUnavailableError(QuarterdeckError):
    """Redis did not answer: nothing was recorded."""

    @property
    def for_people(self) -> str:
        """Nothing was recorded, so trying again is safe."""
        return "I can't reach my memory (Redis) right now, so nothing was recorded or started. Please try again in a moment."


class PulumiError(QuarterdeckError):
    """A call to Pulumi Cloud failed. Carries what an operator needs and never the token.

    `status` is 0 where no answer came. `request_id` is the service's `X-Pulumi-Request-ID`. `owner` is the login whose personal token
    was used, empty for the bot's own.
    """

    owner = ""

    def __init__(
        self, message: str, *, method: str = "", path: str = "", status: int = 0, request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.method = method
        self.path = path
        self.status = status
        self.request_id = request_id

    @property
    def is_unsure(self) -> bool:
        """Whether the change that was asked for may have been made all the same."""
        return False

    def __str__(self) -> str:
        trace = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.method} {self.path} answered {self.status or 'nothing'}: {self.message}{trace}"

    @property
    def for_people(self) -> str:
        """The service's own words are meant for people."""
        return f"Pulumi Cloud said: {self.message}"


class BadRequestError(PulumiError):
    """400: the service refused what was asked, and says why."""


class UnauthorizedError(PulumiError):
    """401: the access token is missing, wrong or revoked."""

    @property
    def for_people(self) -> str:
        """With the bot's token, the reader can only tell an operator; with one's own, there is a way out."""
        if self.owner:
            return (
                f"Pulumi Cloud no longer accepts the token that was linked as {self.owner} (401), so nothing was done. "
                "Link a new one (`link`), or let the bot act with its own again (`unlink`)."
            )
        return "Pulumi Cloud does not accept the bot's access token (401). Whoever runs the bot must renew PULUMI_ACCESS_TOKEN."


class ForbiddenError(PulumiError):
    """403: the token's owner may not do this."""

    @property
    def for_people(self) -> str:
        """Say whose permission is missing."""
        if self.owner:
            return f"Pulumi Cloud does not let {self.owner} do this (403): {self.message}"
        return f"Pulumi Cloud does not let the bot's token do this (403): {self.message}"


class NotFoundError(PulumiError):
    """404: no such organisation, stack or deployment, or the token may not see it."""


class ConflictError(PulumiError):
    """409: something else is going on there."""


class RateLimitedError(PulumiError):
    """429: `retry_after` is in seconds."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float,
        method: str = "",
        path: str = "",
        status: int = 429,
        request_id: str = "",
    ) -> None:
        super().__init__(message, method=method, path=path, status=status, request_id=request_id)
        self.retry_after = retry_after

    @property
    def for_people(self) -> str:
        """A wait, in seconds."""
        return f"Pulumi Cloud asks for a pause (429). Try again in {self.retry_after:.0f} s."


class PulumiUnavailableError(PulumiError):
    """5xx, no connection, or an answer that is not what the API speaks."""

    @property
    def is_unsure(self) -> bool:
        """A service that answers 500 may have done it; one that was not reached (0) has not, and a read changes nothing."""
        return self.status != 0 and self.method != "GET"

    @property
    def for_people(self) -> str:
        """It is not the reader's fault."""
        return "Pulumi Cloud does not answer properly right now."


class AnswerLostError(PulumiError):
    """A change was sent and no answer came back: it may have happened. Look before trying again.

    `timed_out`: the service may still be working on it, so a look that finds nothing proves nothing yet.
    """

    timed_out = False

    @property
    def is_unsure(self) -> bool:
        """It was sent."""
        return True

    @property
    def for_people(self) -> str:
        """What it means for what was asked is said by `bot.messages.failures`."""
        return "Pulumi Cloud did not answer."


class SlackError(QuarterdeckError):
    """A call to Slack failed. `code` is Slack's own (`not_in_channel`), or empty where no answer came.

    `certain` is False when the call may have been carried out and only its answer was lost.
    `retry_after` is in seconds, 0 where Slack did not say.
    """

    def __init__(self, method: str, code: str, *, certain: bool = True, retry_after: float = 0.0) -> None:
        super().__init__(f"{method}: {code or 'no answer'}")
        self.method = method
        self.code = code
        self.certain = certain
        self.retry_after = retry_after
