"""The page behind uvicorn, for tests that look at it over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from sandbox.slack_workspace.page import routes
from sandbox.slack_workspace.workspace import Workspace


@asynccontextmanager
async def serving(workspace: Workspace, *, port: int = 0) -> AsyncIterator[str]:
    """The page's base address, on a free port unless one is said."""
    app = Starlette(routes=routes(workspace))
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        workspace.feed.close()
        server.should_exit = True
        await task
