"""A webhook of Pulumi Cloud: proven to be Pulumi's, then "look now". The poller stays the source of truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import StoreUnavailableError
from bot.pulumi import webhooks
from bot.web.forgeries import Forgeries
from bot.web.http_body import TooLargeError, read_body

log = structlog.get_logger("webhook")


class PulumiWebhook:
    """The endpoint. `look_now` makes an organisation's look due; it raises StoreUnavailableError or TimeoutError."""

    def __init__(
        self,
        *,
        secret: str,
        orgs: tuple[str, ...],
        look_now: Callable[[str], Awaitable[None]],
        forgeries: Forgeries,
    ) -> None:
        self._secret = secret
        self._orgs = {org.casefold(): org for org in orgs}
        self._look_now = look_now
        self._forgeries = forgeries

    async def __call__(self, request: Request) -> Response:
        """204 understood; 404 without a secret; 401 wrongly signed; 413 too large; 503 not remembered, send it again."""
        if not self._secret:
            return Response(status_code=404)
        try:
            body = await read_body(request)
        except TooLargeError:
            return Response(status_code=413)
        signature = request.headers.get(webhooks.SIGNATURE_HEADER, "")
        if not webhooks.verify(body, signature, secret=self._secret):
            why = "Pulumi, wrong signature" if signature else "Pulumi, no signature"
            self._forgeries.count(why, sample=request.client.host if request.client else "")
            return Response(status_code=401)
        return await self._act(webhooks.organization(body))

    async def _act(self, organization: str) -> Response:
        org = self._orgs.get(organization.casefold())
        if org is None:
            log.info("webhook of an organisation not served", organization=organization[:100])
            return Response(status_code=204)
        try:
            await self._look_now(org)
        except (StoreUnavailableError, TimeoutError) as error:
            log.error("webhook not remembered", organization=org, reason=str(error) or "no answer in time")  # noqa: TRY400  no traceback: it is Redis
            return Response(status_code=503)
        return Response(status_code=204)
