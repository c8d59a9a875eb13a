"""What ids are called: the only thing that rendering text needs to know of a workspace."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Display names by id. An unknown id is shown as itself, as Slack shows what a person may not see."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    viewer: str = ""

    def user(self, user_id: str) -> str:
        return self.users.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        return self.channels.get(channel_id, channel_id)

    def group(self, group_id: str) -> str:
        return self.groups.get(group_id, group_id)
