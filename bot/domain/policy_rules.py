"""One `[[rules]]` table into a Rule, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.audience import EVERYONE, Audience, read_term
from bot.domain.commands import OPERATION_OF, Surface, Verb
from bot.domain.durations import seconds
from bot.domain.freezes import Window, read_window
from bot.domain.nearest import nearest
from bot.domain.policy_sections import Section
from bot.domain.quorum import Seat, wanted
from bot.domain.refusals import shown
from bot.domain.rules import OPERATIONS, Effect, Rule

DEFAULT_EXPIRY = 24 * 3600.0  # seconds that a request waits where the rule does not say
LONGEST_EXPIRY = 30 * 24 * 3600.0
MOST_APPROVALS = 10
NAME_LENGTH = 80
_MESSAGE_LENGTH = 500
RULE_KEYS = (
    "name",
    "stacks",
    "operations",
    "channels",
    "surfaces",
    "who",
    "effect",
    "approvals",
    "approvers",
    "requester_counts",
    "one_vote_fills_all",
    "expires",
    "preview",
    "confirm",
    "freeze",
    "zone",
    "when_closed",
    "break_glass",
    "message",
)
_OF_APPROVALS = ("approvals", "approvers", "requester_counts", "one_vote_fills_all", "expires", "preview")


def rule_of(section: Section) -> Rule:
    operations = _operations(section)
    effect = _effect(section)
    approves = effect is Effect.APPROVE
    seats = _seats(section) if approves else ()
    expires = _expires(section)
    _fits(section, effect, operations)
    return Rule(
        name=section.text("name", limit=NAME_LENGTH, needed=True),
        stacks=section.stacks(),
        operations=operations,
        effect=effect,
        channels=tuple(
            section.channel("channels", text)
            for text in section.texts("channels", example='"#prod"', needed=False)
        ),
        approvals=wanted(seats),
        expires=expires if approves else 0.0,
        message=section.text("message", limit=_MESSAGE_LENGTH),
        surfaces=_surfaces(section),
        who=_audience(section, "who") or (EVERYONE,),
        seats=() if all(seat.who == (EVERYONE,) for seat in seats) else seats,
        shared=section.flag("one_vote_fills_all"),
        requester_counts=section.flag("requester_counts"),
        preview=section.flag("preview"),
        confirm=_confirm(section),
        freeze=_freeze(section),
        holds=_holds(section),
        break_glass=_audience(section, "break_glass"),
        lines=section.file.lines_in(section.table, section.index, section.entries),
    )


def _audience(section: Section, key: str) -> Audience:
    return terms(section, key, section.texts(key, example='"@platform"', needed=False))


def terms(section: Section, key: str, texts: Iterable[str]) -> Audience:
    """Whom they mean; what means nobody is a mistake."""
    for text in texts:
        if read_term(text) is None:
            section.wrong(
                key,
                f'"{shown(text)}" is not "@name" of a user group or a person, "U0123ABCD", "members" or "everyone"',
            )
    return tuple(text for text in texts if read_term(text))


def _seats(section: Section) -> tuple[Seat, ...]:
    """`approvals = 2` of `approvers`, or a table: `approvals = { "@platform" = 1, "@sre" = 1 }`."""
    value = section.entries.get("approvals")
    if not isinstance(value, dict):
        count = section.count("approvals", most=MOST_APPROVALS)
        return (Seat(count or 1, _audience(section, "approvers") or (EVERYONE,)),)
    if "approvers" in section.entries:
        section.wrong("approvers", "approvers has no meaning where approvals already says of whom")
    if not value or not all(type(count) is int and 1 <= count <= MOST_APPROVALS for count in value.values()):
        section.wrong(
            "approvals", f'write approvals = {{ "@platform" = 1 }}, each from 1 to {MOST_APPROVALS}'
        )
        return (Seat(1),)
    if sum(value.values()) > MOST_APPROVALS:
        section.wrong("approvals", f"approvals are {MOST_APPROVALS} at most in all")
    return tuple(Seat(count, terms(section, "approvals", [term])) for term, count in value.items())


def _surfaces(section: Section) -> frozenset[Surface]:
    names = section.texts("surfaces", example='"slash", "button"', needed=False)
    for name in names:
        if name not in set(Surface):
            section.wrong("surfaces", f'unknown surface "{shown(name)}": there is {", ".join(Surface)}')
    return frozenset(Surface(name) for name in names if name in set(Surface))


def _confirm(section: Section) -> bool:
    word = section.text("confirm", limit=NAME_LENGTH)
    if "confirm" in section.entries and word != "type":
        section.wrong("confirm", 'confirm = "type" asks for the stack\'s name; there is nothing else')
    return word == "type"


def _holds(section: Section) -> bool:
    word = section.text("when_closed", limit=NAME_LENGTH)
    if "when_closed" in section.entries and word not in {"hold", "refuse"}:
        section.wrong(
            "when_closed", 'when_closed = "hold" or "refuse": what is asked in a freeze, or on a locked stack'
        )
    return word == "hold"


def _freeze(section: Section) -> tuple[Window, ...]:
    example = '"Fri 16:00 - Mon 08:00", "2026-12-20 18:00 - 2027-01-04 08:00"'
    texts = section.texts("freeze", example=example, needed=False)
    zone = _zone(section)
    windows = [(text, read_window(text, zone)) for text in texts]
    for text, window in windows:
        if window is None:
            section.wrong("freeze", f'"{shown(text)}" is no time of a week or a year: freeze = [{example}]')
    return tuple(window for _, window in windows if window)


def _zone(section: Section) -> ZoneInfo:
    name = section.text("zone", limit=NAME_LENGTH) or "UTC"
    if "zone" in section.entries and "freeze" not in section.entries:
        section.wrong("zone", "zone has a meaning only with freeze")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        section.wrong("zone", f'"{shown(name)}" is no time zone: zone = "Europe/Berlin"')
        return ZoneInfo("UTC")


def _operations(section: Section) -> frozenset[Verb]:
    names = section.texts("operations", example='"deploy", "destroy"')
    for name in names:
        if name in OPERATIONS:
            continue
        if name in set(Verb):
            section.wrong("operations", f'"{name}" is always allowed and takes no rule')
            continue
        close = nearest(name, OPERATIONS, limit=1)
        hint = f"did you mean {close[0]}?" if close else f"there is {', '.join(OPERATIONS)}"
        section.wrong("operations", f'unknown operation "{shown(name)}": {hint}')
    return frozenset(OPERATIONS[name] for name in names if name in OPERATIONS)


def _effect(section: Section) -> Effect:
    """What the rule does; `approvals` says "approve" by itself. DENY where it can't be told."""
    name = section.text("effect", limit=NAME_LENGTH)
    if "effect" not in section.entries and "approvals" in section.entries:
        return Effect.APPROVE
    if name in set(Effect):
        return Effect(name)
    section.wrong("effect", 'say effect = "allow", "approve" or "deny", or approvals = 1')
    return Effect.DENY


def _expires(section: Section) -> float:
    if "expires" not in section.entries:
        return DEFAULT_EXPIRY
    length = seconds(section.text("expires", limit=NAME_LENGTH))
    if not 0 < length <= LONGEST_EXPIRY:
        section.wrong("expires", 'expires is a time like "4h", "90m" or "1d12h", at most 30 days')
    return length


def _fits(section: Section, effect: Effect, operations: frozenset[Verb]) -> None:
    """Settings that would do nothing are mistakes."""
    if effect is Effect.APPROVE:
        for verb in sorted(operations - set(OPERATION_OF)):
            section.wrong("operations", f"{verb} can't wait for an approval: it starts no deployment")
    else:
        for key in _OF_APPROVALS:
            if key in section.entries:
                section.wrong(key, f'{key} has a meaning only with effect = "approve"')
    if effect is Effect.DENY:
        for key in ("who", "confirm", "freeze", "when_closed"):
            if key in section.entries:
                section.wrong(key, f'{key} has no meaning with effect = "deny": it refuses everybody, always')
    if "one_vote_fills_all" in section.entries and not isinstance(section.entries.get("approvals"), dict):
        section.wrong(
            "one_vote_fills_all", "one_vote_fills_all has a meaning only where several groups must approve"
        )
    if (
        effect is Effect.ALLOW
        and not {"who", "freeze", "when_closed"} & section.entries.keys()
        and "message" in section.entries
    ):
        section.wrong("message", "message is never shown by a rule that allows")
