"""A stack's deployment settings, as the client speaks of them: what they mean is in `bot.domain.deployment_settings`."""

from bot.domain.deployment_settings import (
    REPO_URL,
    DeploymentSettings,
    GitHub,
    Variable,
    merge,
    one_spelling,
    overlay,
    patch_between,
    read_settings,
)

__all__ = [
    "REPO_URL",
    "DeploymentSettings",
    "GitHub",
    "Variable",
    "merge",
    "one_spelling",
    "overlay",
    "patch_between",
    "read_settings",
]
