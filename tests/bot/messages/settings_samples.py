"""Settings as they are shown, filled in, reviewed and told."""

from __future__ import annotations

from typing import Any

from bot.domain.deployment_settings import read_settings
from bot.domain.settings_changes import Change, names, plan
from bot.domain.settings_form import Edits
from bot.domain.stacks import StackRef
from bot.messages import settings_form, settings_review, settings_views
from bot.messages.message import Message
from bot.messages.settings_views import Place
from tests.bot.domain.settings_samples import BY_GITHUB, FULL, HUSH

DEV = StackRef("acme", "web", "dev")
ADA, DEPLOYS = "U0ADA", "C0DEPLOYS"
PLACE = Place(str(DEV), DEPLOYS, form="f-1")
SETTINGS = read_settings(FULL)
WANTED = Edits(
    {"branch": "", "commit": "1f0c9ab", "commands": "npm ci\necho `date` <!channel>", "image": ""},
    {"REGION": "eu-north-1", "EMPTY": None, "MOTD": "x" * 150},
    {"DB_PASSWORD": HUSH, "NPM_TOKEN": HUSH},
)
CHANGES = plan(FULL, WANTED).changes
MANY = tuple(Change("Environment variables", f"V{n}", (), ("x" * 101,)) for n in range(60))
LONG: dict[str, Any] = {
    "operationContext": {"environmentVariables": {f"NAME_{n:03}": "value " * 8 for n in range(80)}}
}
TROUBLE = "Nobody may <!channel> this.", "A rule can allow it:\n[[rules]]\nname = <x>"

SETTINGS_VIEWS = {
    "view-settings-working": settings_views.working("acme/web/dev", "Reading…", channel=DEPLOYS),
    "view-settings": settings_views.shown(DEV, SETTINGS, channel=DEPLOYS),
    "view-settings-github": settings_views.shown(DEV, read_settings(BY_GITHUB)),
    "view-settings-long": settings_views.shown(DEV, read_settings(LONG), channel=DEPLOYS),
    "view-settings-none": settings_views.shown(StackRef("acme", "a-long-project", "dev"), None),
    "view-settings-told": settings_views.told("acme/web/dev", *TROUBLE, channel=DEPLOYS),
    "view-settings-failed": settings_views.told("acme/web/dev", "Pulumi Cloud does not answer."),
    "view-settings-form": settings_form.form(DEV, SETTINGS, channel=DEPLOYS, can_seal=True),
    "view-settings-form-github": settings_form.form(DEV, read_settings(BY_GITHUB), can_seal=True),
    "view-settings-form-set-up": settings_form.form(DEV, None, channel=DEPLOYS, can_seal=False),
    "view-settings-form-long": settings_form.form(DEV, read_settings(LONG), can_seal=True),
    "view-settings-review": settings_review.review(DEV, CHANGES, place=PLACE),
    "view-settings-review-one": settings_review.review(DEV, CHANGES[:1], place=PLACE),
    "view-settings-review-named": settings_review.review(DEV, CHANGES[:1], place=PLACE, confirm=True),
    "view-settings-review-warned": settings_review.review(
        DEV, CHANGES, place=PLACE, warning=settings_review.MEANWHILE
    ),
    "view-settings-review-nothing": settings_review.review(
        DEV, (), place=PLACE, warning=settings_review.SINCE
    ),
    "view-settings-review-too-many": settings_review.review(DEV, MANY, place=PLACE),
    "view-settings-saved": settings_review.saved(DEV, names(CHANGES), channel=DEPLOYS),
    "view-settings-clear": settings_review.clear(DEV, channel=DEPLOYS),
    "view-settings-cleared": settings_review.cleared(DEV, channel=DEPLOYS),
}
SETTINGS_REPLIES: dict[str, Message] = {
    "reply-settings": settings_views.as_message(settings_views.shown(DEV, SETTINGS)),
    "reply-settings-changed": settings_review.told_changed(DEV, ADA, names(CHANGES)),
    "reply-settings-changed-much": settings_review.told_changed(DEV, ADA, names(MANY)),
    "reply-settings-cleared": settings_review.told_cleared(DEV, ADA),
}
