"""What is known to vary between the documents of the service, or is unverified: one named switch each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import msgspec

__all__ = ["Options", "change_options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How this service behaves where its documents leave a choice. The defaults follow the REST API page."""

    canceled_running: Literal["failed", "skipped", "succeeded", "canceled"] = "failed"
    """Status of a deployment canceled while it ran; `canceled` is one that no client knows."""

    canceled_queued: Literal["skipped", "failed", "canceled", "removed"] = "skipped"
    """Status of one canceled in the queue; `removed` makes it a 404."""

    cancel_finished: Literal[200, 404, 409] = 404
    """Answer to canceling what is over."""

    jobs_before_start: Literal["absent", "empty"] = "absent"
    """Whether a queued deployment by itself carries an empty `jobs` or none; in lists it always carries one."""

    first_step: Literal[0, 1] = 1
    """Number of the first step in step logs: 1 on the REST API page, 0 in the OpenAPI document."""

    log_page_lines: int = 100
    """Most lines in one answer of streaming logs."""

    repo_key: Literal["repoURL", "repoUrl"] = "repoURL"
    """Spelling of the repository's address in settings."""

    executor_image: Literal["given", "object"] = "given"
    """Whether an image that was set as a string comes back as one, or as the OpenAPI document's object."""

    ciphertexts: Literal["kept", "fresh"] = "kept"
    """Whether a secret's ciphertext stays the same as long as the secret does, or is written anew for every answer."""

    status_filter: bool = True
    """Whether lists heed the query's `status`: it is on the REST API page and not in the OpenAPI document."""

    paused_stacks: bool = True
    """Whether an organisation's metadata names its paused stacks, as on the REST API page."""

    settings_metadata: bool = False
    """Whether settings carry `source` and `version`, as in the OpenAPI document."""


def change_options(current: Options, changes: Mapping[str, Any]) -> Options:
    """`current` with `changes`.

    Raises:
        ValueError: an unknown option or value; the message names it.
    """
    values = asdict(current)
    unknown = changes.keys() - values.keys()
    if unknown:
        raise ValueError(f"unknown option: {', '.join(sorted(unknown))}")
    try:
        return msgspec.convert(values | dict(changes), Options)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
