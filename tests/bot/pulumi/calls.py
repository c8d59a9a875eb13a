"""A call of each kind of safety, and what comes of one that fails."""

from collections.abc import MutableMapping
from typing import Any

import pytest

from bot.errors import PulumiError
from bot.pulumi.transport import Transport
from bot.pulumi.wire.calls import Call, Safety
from tests.bot.pulumi.service import TOKEN

READ = Call("GET", "/api/orgs/acme/deployments")
PAUSE = Call("POST", "/api/stacks/acme/web/dev/deployments/pause", safety=Safety.IDEMPOTENT)
CREATE = Call("POST", "/api/stacks/acme/web/dev/deployments", body=b"{}", safety=Safety.ONCE)
Log = list[MutableMapping[str, Any]]


async def failure(transport: Transport, call: Call, *, token: str = TOKEN) -> PulumiError:
    """The error that it ends with."""
    with pytest.raises(PulumiError) as caught:
        await transport.send(call, token=token)
    return caught.value
