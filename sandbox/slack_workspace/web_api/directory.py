"""Who is here: auth.test, users.info, usergroups.* (https://docs.slack.dev/reference/methods)."""

from collections.abc import Mapping

from sandbox.slack_workspace.errors import SlackError
from sandbox.slack_workspace.model import Json
from sandbox.slack_workspace.web_api.calls import Call, Endpoint, endpoint, named_user, page
from sandbox.slack_workspace.wire import group_json, user_json


def auth_test(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/auth.test."""
    state = call.state
    return {
        "url": f"{call.base_url}/",
        "team": state.team_name,
        "user": state.users[state.bot_user].name,
        "team_id": state.team_id,
        "user_id": state.bot_user,
        "bot_id": state.bot_id,
        "is_enterprise_install": False,
    }


def user_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.info; the address needs its own scope."""
    shown = user_json(call.state, named_user(call))
    if "users:read.email" not in call.services.manifest.scopes:
        shown["profile"].pop("email", None)
    return {"user": shown}


def users(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.list, those who left included."""
    with_email = "users:read.email" in call.services.manifest.scopes
    shown, cursor = page(call, list(call.state.users.values()))
    listed = [user_json(call.state, user) for user in shown]
    for one in listed:
        if not with_email:
            one["profile"].pop("email", None)
    return {"members": listed, "response_metadata": {"next_cursor": cursor}}


def groups(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/usergroups.list."""
    with_users, with_count = call.flag("include_users"), call.flag("include_count")
    listed = [
        group for group in call.state.groups.values() if call.flag("include_disabled") or not group.disabled
    ]
    return {
        "usergroups": [
            group_json(call.state, group, with_users=with_users, with_count=with_count) for group in listed
        ]
    }


def group_users(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/usergroups.users.list."""
    group = call.state.groups.get(call.needed("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


METHODS: Mapping[str, Endpoint] = {
    "auth.test": endpoint(auth_test, ""),
    "users.info": endpoint(user_info, "user include_locale", "users:read"),
    "users.list": endpoint(users, "cursor limit include_locale team_id", "users:read"),
    "usergroups.list": endpoint(
        groups, "include_users include_count include_disabled team_id", "usergroups:read"
    ),
    "usergroups.users.list": endpoint(group_users, "usergroup include_disabled team_id", "usergroups:read"),
}
