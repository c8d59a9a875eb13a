"""Uploading files in three steps (https://docs.slack.dev/messaging/working-with-files#upload)."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack_workspace.authors import as_app
from sandbox.slack_workspace.drafts import Draft, from_json, read_blocks
from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Channel, File, Json
from sandbox.slack_workspace.web_api.calls import Call, Endpoint, endpoint, invalid, joined_channel
from sandbox.slack_workspace.web_api.chat import refuse_archived, thread_of
from sandbox.slack_workspace.wire import file_json

_MOST_BYTES = 1_000_000_000
_SNIPPET_BYTES = 1_000_000


def get_upload_url(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    name, size = call.needed("filename"), _size(call.arguments.get("length"))
    snippet = call.text("snippet_type")
    if snippet is not None and size > _SNIPPET_BYTES:
        raise SlackError("snippet_too_large")
    ledger = call.services.ledger
    file = File(
        id=ledger.new_id("F"),
        name=name,
        title=name,
        size=size,
        user=call.state.bot_user,
        created=int(ledger.clock()),
        snippet_type=snippet,
        ticket=ledger.new_hex(16),
    )
    call.state.files[file.id] = file
    return {"upload_url": f"{call.base_url}/upload/v1/{file.id}/{file.ticket}", "file_id": file.id}


def _size(given: Any) -> int:
    try:
        size = int(given)
    except (TypeError, ValueError):
        raise invalid("must be an integer [json-pointer:/length]") from None
    if not 0 < size <= _MOST_BYTES:
        raise invalid(f"must be from 1 to {_MOST_BYTES} [json-pointer:/length]")
    return size


def complete_upload(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/files.completeUploadExternal: shares into a channel or thread when told where."""
    files = [_uploaded(call, one) for one in _named(call)]
    channel = joined_channel(call, "channel_id") if call.text("channel_id") else None
    if channel is not None:
        _share(call, channel, files)
    for file in files:
        file.shared = True
    return {"files": [file_json(file) for file in files]}


def _named(call: Call) -> list[Json]:
    named = from_json(call.arguments.get("files"), "invalid_arguments")
    if not isinstance(named, list) or not named:
        raise invalid("missing required field: files")
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in named):
        raise invalid("must be objects with an id [json-pointer:/files]")
    return named


def _uploaded(call: Call, named: Json) -> File:
    file = call.state.files.get(named["id"])
    if file is None or file.content is None or file.shared:
        raise SlackError("file_not_found")
    file.title = named.get("title") or file.name
    return file


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    refuse_archived(channel)
    draft = Draft(text=call.text("initial_comment"), blocks=read_blocks(call.arguments.get("blocks")))
    thread_ts = thread_of(call, channel)
    message = as_app(call.services.ledger, channel=channel.id, draft=draft, thread_ts=thread_ts)
    message.files = [file.id for file in files]
    for file in files:
        file.channels.append(channel.id)
    call.services.ledger.post(message)
    call.services.events.announce_message(channel, message)


METHODS: Mapping[str, Endpoint] = {
    "files.getUploadURLExternal": endpoint(
        get_upload_url, "filename length snippet_type alt_txt", "files:write"
    ),
    "files.completeUploadExternal": endpoint(
        complete_upload, "files channel_id initial_comment thread_ts blocks", "files:write"
    ),
}
