"""Two ways to be refused: the app by the Web API, and a person by the workspace."""

from collections.abc import Sequence
from typing import Any

_STATE_OF_THE_WORLD = frozenset(
    {
        "cant_update_message",
        "cant_delete_message",
        "channel_not_found",
        "file_not_found",
        "hash_conflict",
        "is_archived",
        "message_not_found",
        "no_such_subteam",
        "not_found",
        "not_in_channel",
        "thread_not_found",
        "used_url",
        "expired_url",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "users_not_found",
        "view_not_found",
    }
)


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}`; `messages` go to response_metadata, `extra` beside the code."""

    def __init__(self, code: str, *, messages: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.extra = extra

    @property
    def is_violation(self) -> bool:
        """True for what a correct app never does; False where the world may have changed under it."""
        return self.code not in _STATE_OF_THE_WORLD

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["errors"] = [message.removeprefix("[ERROR] ") for message in self.messages]
            answer["response_metadata"] = {"messages": self.messages}
        return answer

    def __str__(self) -> str:
        return f"{self.code}: {'; '.join(self.messages)}" if self.messages else self.code


class PersonError(Exception):
    """A person asked for what their client would not let them do; `status` is the control's HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
