"""The modal in which settings are edited, and how what was filled in is read back.

What a field held when it was shown comes back with the submission (Slack, "View submission payload": `view.blocks`), so what was
changed can be told without keeping anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.deployment_settings import DeploymentSettings
from bot.domain.settings_checks import NO_KEY
from bot.domain.settings_credentials import (
    CREDENTIALS,
    GIT_PASSWORD,
    GIT_USER,
    IMAGE_PASSWORD,
    IMAGE_USER,
    NO_GIT,
    SSH_KEY,
    SSH_PASSWORD,
)
from bot.domain.settings_form import FIELDS, ON, SECRET_LINES, VARIABLE_LINES, Kind, form_of
from bot.domain.settings_parts import NAMES, fingerprint
from bot.domain.stacks import StackRef
from bot.messages.blocks import context, header, option, plain, section
from bot.messages.message import Block
from bot.messages.mrkdwn import clean, phrase
from bot.messages.settings_views import Place, remember
from bot.messages.views import view

FORM = "qd:settings-form"
LONGEST = (
    3_000  # characters; Slack, "Plain-text input": the most that `initial_value` and `max_length` may be
)
_GITHUB_SWITCHES = ("github_deploy", "github_preview", "github_template")
_PLACEHOLDERS = {
    "repo_url": "https://github.com/acme/web.git",
    "branch": "main",
    "commit": "1f0c9ab",
    "directory": "infra",
    "github": "acme/web",
    "github_paths": "infra/**\n!infra/README.md",
    "commands": "npm ci",
    "aws_role": "arn:aws:iam::123456789012:role/deploy",
    "aws_session": "pulumi-deploy",
    "aws_duration": "1h30m",
    "gcp_project": "123456789012",
    "gcp_account": "deploy@project.iam.gserviceaccount.com",
    "image": "pulumi/pulumi-nodejs:latest",
    VARIABLE_LINES: "REGION=eu-west-1",
    SECRET_LINES: "NPM_TOKEN=…",
    GIT_USER: "git",
    SSH_KEY: "-----BEGIN OPENSSH PRIVATE KEY-----",
}
_HINTS = {
    "repo_url": "Leave it empty where a GitHub repository is named below.",
    "commit": "Instead of a branch: empty the one for the other.",
    "directory": "Where Pulumi.yaml is, from the root of the repository.",
    "commands": "One a line; each runs in a shell of its own.",
    "github_paths": "One a line; a push or pull request that touches none of them starts nothing. ! excludes.",
    VARIABLE_LINES: "NAME=value, one a line. Delete a line to remove the variable. What is (hidden) stays as it is.",
    GIT_USER: "For an access token: git. Empty it to sign in no more.",
    GIT_PASSWORD: "A password or an access token. Empty: it stays what it is.",
    SSH_KEY: "Takes the place of a password. At most 3,000 characters: an Ed25519 key fits, an RSA key of 4096 bits does not.",
    SSH_PASSWORD: "Where the key has one.",
    IMAGE_USER: "Who pulls the image from a private registry. Empty it to pull as nobody.",
    IMAGE_PASSWORD: "Empty: it stays what it is.",
    SECRET_LINES: "NAME=value, one a line. Sealed at once, given to Pulumi only, shown to nobody. A secret that is set already is replaced.",
}
_LAYOUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Source", ("repo_url", "branch", "commit", "directory")),
    ("Signing in to the source", (GIT_USER, GIT_PASSWORD, SSH_KEY, SSH_PASSWORD, NO_GIT)),
    ("GitHub", ("github", "github_switches", "github_paths")),
    ("Before Pulumi runs", ("commands", "skip_install")),
    ("Environment variables", (VARIABLE_LINES, SECRET_LINES)),
    ("AWS by OIDC", ("aws_role", "aws_session", "aws_duration")),
    ("Azure by OIDC", ("azure_client", "azure_tenant", "azure_subscription")),
    ("Google Cloud by OIDC", ("gcp_project", "gcp_pool", "gcp_provider", "gcp_account")),
    ("Executor", ("image", IMAGE_USER, IMAGE_PASSWORD)),
)
_LABELS = {
    VARIABLE_LINES: "Variables",
    SECRET_LINES: "Secrets",
    GIT_USER: "User",
    GIT_PASSWORD: "Password or access token",
    SSH_KEY: "SSH private key",
    SSH_PASSWORD: "Password of the SSH key",
    NO_GIT: "Sign in with nothing any more: the source is public",
    IMAGE_USER: "Image's user",
    IMAGE_PASSWORD: "Image's password",
}
_SEALED = frozenset({*CREDENTIALS, SECRET_LINES})
_MULTILINE = frozenset({VARIABLE_LINES, SECRET_LINES, SSH_KEY}) | {
    each.name for each in FIELDS.values() if each.kind is Kind.LINES
}
_SWITCHES = {"github_switches": _GITHUB_SWITCHES, "skip_install": ("skip_install",), NO_GIT: (NO_GIT,)}
_SWITCH_LABELS = {
    "github_switches": "What pushes start",
    "skip_install": "Dependencies",
    NO_GIT: "Remove what is there",
}


def form(stack: StackRef, settings: DeploymentSettings | None, *, channel: str = "", can_seal: bool) -> Block:
    """Filled in with what is set now. `can_seal`: secrets can be kept safe on their way, so they are asked for."""
    raw = settings.raw if settings else {}
    held = form_of(raw)
    return view(
        "Edit settings" if settings else "Set up",
        [
            section(
                f"*{phrase(stack.short, 240)}*: change what you like. Nothing is saved before you have seen what will change."
            ),
            *([] if can_seal else context(NO_KEY)),
            *(
                block
                for title, names in _LAYOUT
                for block in _group(title, [name for name in names if can_seal or name not in _SEALED], held)
            ),
        ],
        callback=FORM,
        remember=remember(Place(str(stack), channel, fingerprint(raw))),
        submit="Review changes",
        close="Discard",
    )


def read_form(submitted: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """What the form held when it was shown, and what it holds now; a field that was not on offer is in neither."""
    values: Mapping[str, Any] = submitted.get("state", {}).get("values", {})
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for block in submitted.get("blocks", ()):
        if block.get("type") != "input":
            continue
        name, element = str(block.get("block_id")), block["element"]
        now = values.get(name, {}).get(name) or {}
        if name in _SWITCHES:
            before |= _switched(name, element.get("initial_options"))
            after |= _switched(name, now.get("selected_options"))
        else:
            before[name] = str(element.get("initial_value") or "")
            after[name] = str(now.get("value") or "")
    return before, after


def inputs_of(problems: Mapping[str, str]) -> dict[str, str]:
    """Problems by the block they are shown under: switches share one."""
    shared = {name: block for block, names in _SWITCHES.items() for name in names}
    return {shared.get(name, name): problem for name, problem in problems.items()}


def _switched(block: str, chosen: Sequence[Mapping[str, Any]] | None) -> dict[str, str]:
    on = {str(each.get("value")) for each in chosen or ()}
    return {name: ON if name in on else "" for name in _SWITCHES[block]}


def _group(title: str, names: Sequence[str], held: Mapping[str, str]) -> list[Block]:
    blocks = [header(title)] if names else []
    for name in names:
        if name in _SWITCHES:
            blocks.append(_switches(name, held))
        elif len(held.get(name, "")) > LONGEST:
            blocks += context(
                f"{_label(name)}: too long to be edited here. Change this in Pulumi Cloud (Stack, Settings, Deploy)."
            )
        else:
            blocks.append(_text(name, clean(held.get(name, ""))))
    return blocks


def _text(name: str, value: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": name in _MULTILINE,
        "max_length": LONGEST,
        **({"placeholder": plain(_PLACEHOLDERS[name], 150)} if name in _PLACEHOLDERS else {}),
        **({"initial_value": value} if value else {}),
    }
    return _input(name, _label(name), element)


def _switches(name: str, held: Mapping[str, str]) -> Block:
    offered = {each: option(_label(each), each) for each in _SWITCHES[name]}
    on = [choice for each, choice in offered.items() if held.get(each) == ON]
    element: Block = {
        "type": "checkboxes",
        "action_id": name,
        "options": list(offered.values()),
        **({"initial_options": on} if on else {}),
    }
    return _input(name, _SWITCH_LABELS[name], element)


def _label(name: str) -> str:
    words = _LABELS.get(name) or NAMES[FIELDS[name].path][1]
    return words[0].upper() + words[1:]


def _input(name: str, label: str, element: Block) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "element": element,
        "optional": True,
    }
    return {**block, "hint": plain(_HINTS[name], 2000)} if name in _HINTS else block
