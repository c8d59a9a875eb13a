"""Files that were shared in a channel, and the page's own style and script."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from sandbox.slack_workspace.model import File
from sandbox.slack_workspace.page.reader import acting
from sandbox.slack_workspace.page.respond import SECURITY_HEADERS
from sandbox.slack_workspace.workspace import Workspace


class Files:
    """The `/file/{id}/{name}` handler."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def download(self, request: Request) -> Response:
        """The file's bytes: shown as plain text, or saved with `?download=1`. Never as HTML."""
        file = self._workspace.state.files.get(request.path_params["id"])
        if file is None or file.content is None or not self._shared_with(file, request):
            return Response(status_code=404)
        way = "attachment" if request.query_params.get("download") else "inline"
        plain = file.mimetype.startswith("text/")
        headers = {"Content-Disposition": f"{way}; filename*=UTF-8''{quote(file.name)}", **SECURITY_HEADERS}
        media = "text/plain; charset=utf-8" if plain else "application/octet-stream"
        return Response(file.content, media_type=media, headers=headers)

    def _shared_with(self, file: File, request: Request) -> bool:
        user = acting(request, self._workspace)
        mine = {channel.id for channel in self._workspace.channels_of(user.id)}
        return bool(mine & set(file.channels))
