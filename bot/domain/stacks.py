"""Names of stacks: how a person writes them, which one was meant, and patterns of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.domain.nearest import nearest
from bot.domain.refusals import Refusal, shown

_NAME = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9_.-]{1,100}")  # "." and ".." are steps in an address
_GLOB = re.compile(r"[A-Za-z0-9_.*-]{1,100}")
# A stack's page, or a deployment's, in Pulumi Cloud or wherever else it is served.
_PAGE = re.compile(
    r"https?://[^/\s]+/([^/?#\s]+/[^/?#\s]+/[^/?#\s]+?)(?:/deployments/([0-9]+))?/?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_LINK = re.compile(r"<(?![!@#])([^|<>]*)(?:\|([^<>]*))?>")  # and no mention
_AFTER = ",;:!?\u2026"  # punctuation that no name has; a dot may be part of one
_AROUND = f"*~()[]{{}}/{_AFTER}"
_PARTS = 3
_CANDIDATES = 5
_NEAREST = 3


@dataclass(frozen=True, slots=True, order=True)
class StackRef:
    """A stack's full name, `org/project/stack`; unique in Pulumi Cloud."""

    org: str
    project: str
    stack: str

    def __str__(self) -> str:
        return f"{self.org}/{self.project}/{self.stack}"

    @property
    def short(self) -> str:
        """`project/stack`: what people say when there is one organisation."""
        return f"{self.project}/{self.stack}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A well-formed name that no known stack has.

    `ref` is the full name it would be, so that Pulumi can be asked whether it exists; None where it could be several.
    `refusal` is what to answer if it does not.
    """

    ref: StackRef | None
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Pattern:
    """Full names with `*` for any letters within a part: `acme/*/prod`."""

    org: str
    project: str
    stack: str

    def __str__(self) -> str:
        return f"{self.org}/{self.project}/{self.stack}"

    @classmethod
    def read(cls, text: str) -> Pattern | None:
        """The pattern that `text` spells, or None when it is not three parts of letters, digits, `-_.` and `*`."""
        parts = text.split("/")
        if len(parts) != _PARTS or not all(_GLOB.fullmatch(part) for part in parts):
            return None
        return cls(*parts)

    def matches(self, ref: StackRef) -> bool:
        """Whether `ref` is one of them; case counts, as it does in Pulumi."""
        return (
            fnmatchcase(ref.org, self.org)
            and fnmatchcase(ref.project, self.project)
            and fnmatchcase(ref.stack, self.stack)
        )


def short_name(name: str) -> str:
    """`project/stack` of a name that may be longer."""
    return "/".join(name.split("/")[-2:])


def name_in(word: str) -> str:
    """The name that a typed word holds: without marks around it, and of a link its page's stack (with `#42` for a deployment's)."""
    word = word.rstrip(_AFTER)
    link = _LINK.fullmatch(word)
    address, label = (link[1], link[2] or "") if link else (word, "")
    if page := _PAGE.fullmatch(address):
        return f"{page[1]}#{page[2]}" if page[2] else page[1]
    return (label or address).strip(_AROUND)


def resolve(text: str, known: Collection[StackRef], orgs: Sequence[str]) -> StackRef | Unknown | Refusal:
    """Which stack `stack`, `project/stack` or `org/project/stack` means.

    `orgs` are the organisations the bot works for; a name that fits two known stacks is refused with both.
    """
    parts = text.split("/")
    if refusal := _malformed(text, parts) or _foreign(text, parts, orgs):
        return refusal
    ours = {ref for ref in known if ref.org in orgs}
    found = sorted(ref for ref in ours if _tail(ref, len(parts)) == text) or _but_for_case(
        text, len(parts), ours
    )
    if len(found) > 1:
        return _ambiguous(text, found, orgs)
    return found[0] if found else Unknown(_would_be(parts, orgs), _unknown(text, ours, orgs))


def _but_for_case(text: str, depth: int, ours: Collection[StackRef]) -> list[StackRef]:
    """A phone begins with a capital letter; what that could mean twice is not guessed."""
    found = [ref for ref in ours if _tail(ref, depth).casefold() == text.casefold()]
    return found if len(found) == 1 else []


def _malformed(text: str, parts: list[str]) -> Refusal | None:
    remedy = "Write project/stack, for example web/dev: letters, digits, and - _ . in each part."
    if len(parts) > _PARTS:
        return Refusal(f'"{shown(text)}" has more parts than a stack\'s name can have.', remedy)
    if not all(_NAME.fullmatch(part) for part in parts):
        return Refusal(f'"{shown(text)}" can\'t be the name of a stack.', remedy)
    return None


def _foreign(text: str, parts: list[str], orgs: Sequence[str]) -> Refusal | None:
    if len(parts) < _PARTS or parts[0] in orgs:
        return None
    return Refusal(
        f'"{shown(text)}" is in the organisation "{shown(parts[0])}", which I don\'t work for.',
        f"I work for {', '.join(orgs)}.",
    )


def _ambiguous(text: str, found: list[StackRef], orgs: Sequence[str]) -> Refusal:
    names = [_name(ref, orgs) for ref in found]
    more = f" and {len(names) - _CANDIDATES} more" if len(names) > _CANDIDATES else ""
    return Refusal(
        f'"{shown(text)}" could be {", ".join(names[:_CANDIDATES])}{more}.',
        f"Write the longer name, for example {names[0]}.",
    )


def _unknown(text: str, ours: Collection[StackRef], orgs: Sequence[str]) -> Refusal:
    depth = text.count("/") + 1
    forms = nearest(text, {_tail(ref, depth) for ref in ours}, limit=_NEAREST)
    close = [_name(ref, orgs) for form in forms for ref in sorted(ours) if _tail(ref, depth) == form]
    names = close or nearest(text, {_name(ref, orgs) for ref in ours}, limit=_NEAREST)
    remedy = f"Did you mean {' or '.join(names[:_NEAREST])}?" if names else "status shows the stacks I know."
    return Refusal(f'I don\'t know a stack "{shown(text)}".', remedy)


def _would_be(parts: list[str], orgs: Sequence[str]) -> StackRef | None:
    if len(parts) == _PARTS:
        return StackRef(*parts)
    return StackRef(orgs[0], *parts) if len(parts) == _PARTS - 1 and len(orgs) == 1 else None


def _name(ref: StackRef, orgs: Sequence[str]) -> str:
    return ref.short if len(orgs) == 1 else str(ref)


def _tail(ref: StackRef, depth: int) -> str:
    """The last `depth` parts of a full name."""
    return "/".join((ref.org, ref.project, ref.stack)[-depth:])
