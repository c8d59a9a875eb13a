"""What an app might say in a lived-in workspace: cards, an approval, a modal, a Home tab, and blocks of every kind."""

from sandbox.slack_workspace.model import Json
from tests.sandbox.slack_workspace.page.scene import (
    actions,
    button,
    field_block,
    mrkdwn,
    option,
    plain,
    section,
)

CANCEL = {
    "title": plain("Cancel this deployment?"),
    "text": mrkdwn(
        "*web/staging* is in the middle of an update. A cancel stops it where it is: "
        "some resources may be changed and others not, and the stack may need a refresh before the next update."
    ),
    "confirm": plain("Cancel it"),
    "deny": plain("Keep running"),
    "style": "danger",
}


def card(started_at: int) -> list[Json]:
    started = f"<!date^{started_at}^{{date_short_pretty}} at {{time}}|today>"
    steps = (
        ":white_check_mark: Get source  ·  3 s\n"
        ":white_check_mark: Install dependencies  ·  18 s\n"
        ":white_check_mark: Pre-run commands  ·  2 s\n"
        ":arrows_counterclockwise: *pulumi update*  ·  41 s so far\n"
        ":white_circle: Wrap up"
    )
    return [
        section(
            ":rocket: *Update of <https://app.pulumi.com/acme/web/staging|acme/web/staging>*  ·  `#128`\n"
            + steps,
            accessory={
                "type": "overflow",
                "action_id": "more",
                "options": [
                    option("Show full log", "logs"),
                    option("Pause stack", "pause"),
                    {**option("Open in Pulumi", "open"), "url": "https://app.pulumi.com/"},
                ],
            },
        ),
        {
            "type": "context",
            "elements": [
                mrkdwn(f"Asked for by <@U0ANA>, started {started}"),
                mrkdwn("branch `main` at <https://github.com/acme/web/commit/4f1c2ab|4f1c2ab>"),
            ],
        },
        actions(
            button("Cancel", "cancel", style="danger", confirm=CANCEL),
            button("Logs", "logs"),
            button("Open in Pulumi", "open", url="https://app.pulumi.com/"),
        ),
    ]


def failed_card() -> list[Json]:
    return [
        section(
            ":x: *Update of <https://app.pulumi.com/acme/api/dev|acme/api/dev>* failed after 1 min 12 s  ·  `#41`\n"
            ":white_check_mark: Get source  ·  2 s\n:white_check_mark: Install dependencies  ·  22 s\n:x: *pulumi update*  ·  48 s"
        ),
        actions(
            button("Redeploy", "redeploy", style="primary"),
            button("Full log", "logs"),
            button("Pause stack", "pause"),
        ),
    ]


EXCERPT = """Diagnostics:
  aws:s3:BucketPolicy (assets-policy):
    error: creating S3 Bucket Policy: operation error S3: PutBucketPolicy,
    https response error StatusCode: 403, AccessDenied: not authorized to perform s3:PutBucketPolicy
    on resource "arn:aws:s3:::acme-assets-dev" because public policies are blocked
Resources:
    14 unchanged
Duration: 46s"""


def approval() -> list[Json]:
    return [
        {"type": "header", "text": plain(":lock: acme/web/prod waits for approval")},
        {
            "type": "section",
            "fields": [
                mrkdwn("*Operation*\nupdate"),
                mrkdwn("*Asked for by*\n<@U0CLEO>"),
                mrkdwn(
                    "*Commit*\n<https://github.com/acme/web/commit/9d3e0b1|9d3e0b1> Serve images from the CDN"
                ),
                mrkdwn("*Rule*\nOne of <!subteam^S0SRE>, not the requester"),
            ],
        },
        actions(button("Approve", "approve", style="primary"), button("Reject…", "reject", style="danger")),
        {
            "type": "context",
            "elements": [mrkdwn(":hourglass_flowing_sand: Expires in 2 hours. 0 of 1 votes.")],
        },
    ]


def settings_modal() -> Json:
    return {
        "type": "modal",
        "title": plain("Deploy a stack"),
        "submit": plain("Deploy"),
        "close": plain("Cancel"),
        "blocks": [
            section(
                "Runs in *Pulumi Deployments* with the settings of the stack. What you change here is for this run only."
            ),
            field_block(
                "Stack",
                {
                    "type": "external_select",
                    "action_id": "stack",
                    "min_query_length": 1,
                    "placeholder": plain("Find a stack"),
                    "initial_option": option("acme/web/staging", "web/staging"),
                },
                "stack",
            ),
            field_block(
                "Operation",
                {
                    "type": "radio_buttons",
                    "action_id": "operation",
                    "initial_option": option("Update", "update"),
                    "options": [
                        option("Update", "update"),
                        {
                            **option("Preview", "preview"),
                            "description": plain("Shows the changes, makes none"),
                        },
                        option("Refresh", "refresh"),
                    ],
                },
                "operation",
            ),
            field_block(
                "Commit",
                {
                    "type": "plain_text_input",
                    "action_id": "commit",
                    "placeholder": plain("Newest of the branch"),
                },
                "commit",
                optional=True,
                hint=plain("Seven characters or more"),
            ),
            field_block(
                "Tell",
                {
                    "type": "multi_conversations_select",
                    "action_id": "tell",
                    "initial_conversations": ["C0DEPLOYS", "C0PROD"],
                },
                "tell",
                optional=True,
            ),
            field_block(
                "Then",
                {
                    "type": "checkboxes",
                    "action_id": "then",
                    "options": [
                        option("Post the full log as a file", "log"),
                        option("Pause the stack afterwards", "pause"),
                    ],
                },
                "then",
                optional=True,
            ),
        ],
    }


def home(paused_at: int) -> list[Json]:
    paused = f"<!date^{paused_at}^{{date_short_pretty}}|yesterday>"
    return [
        {"type": "header", "text": plain("Good morning, Ana")},
        section("*3 stacks* need a look. One runs, one failed, one waits for an approval."),
        actions(
            button("Deploy a stack", "deploy", style="primary"), button("My subscriptions", "subscriptions")
        ),
        {"type": "divider"},
        section(
            ":arrows_counterclockwise: *acme/web/staging*  `#128`\nUpdate, running for 2 min: _pulumi update_",
            accessory=button("Cancel", "cancel", style="danger", confirm=CANCEL),
        ),
        section(
            ":x: *acme/api/dev*  `#41`\nUpdate, failed 9 min ago in _pulumi update_",
            accessory=button("Redeploy", "redeploy"),
        ),
        section(":lock: *acme/web/prod*\nUpdate, waits for one of <!subteam^S0SRE>"),
        {"type": "divider"},
        section(
            f":double_vertical_bar: *acme/data/nightly* is paused by <@U0BEN> since {paused}",
            accessory=button("Resume", "resume"),
        ),
        {
            "type": "context",
            "elements": [mrkdwn("Type `/pulumi help` in any channel that <@U0QDECK> is in.")],
        },
    ]


def status_table() -> Json:
    rows = [
        ["Stack", "Deployment", "State", "Since"],
        ["acme/web/staging", "#128", "running: pulumi update", "2 min"],
        ["acme/api/dev", "#41", "failed", "9 min"],
        ["acme/web/prod", "#77", "waits for approval", "1 min"],
    ]
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": False}, {"align": "right"}],
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
    }


PLAN: Json = {
    "type": "plan",
    "title": "Update of acme/web/staging",
    "tasks": [
        {"type": "task_card", "task_id": "1", "title": "Get source", "status": "complete"},
        {"type": "task_card", "task_id": "2", "title": "pulumi update", "status": "in_progress"},
        {"type": "task_card", "task_id": "3", "title": "Wrap up", "status": "pending"},
    ],
}
MARKDOWN: Json = {
    "type": "markdown",
    "text": "## Runbook\nIf the **update** hangs, *look* at the log:\n\n1. `pulumi logs`\n2. cancel\n\n> Never cancel twice.\n",
}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Resources changed "},
                {"type": "text", "text": "by this run", "style": {"bold": True}},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "+ 2 created"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "~ 1 updated"}]},
            ],
        },
        {
            "type": "rich_text_preformatted",
            "elements": [{"type": "text", "text": "+  aws:s3:Bucket  assets  created (2s)"}],
        },
    ],
}
