"""What credentials look like in a log: tokens by their form, values by the name they stand next to."""

from __future__ import annotations

import re
from itertools import pairwise

KINDS = {
    "private_key": "private key",
    "aws": "AWS key",
    "github": "GitHub token",
    "gitlab": "GitLab token",
    "slack": "Slack token",
    "pulumi": "Pulumi token",
    "npm": "npm token",
    "google": "Google key",
    "jwt": "token",
    "key": "key",
}
# Each group is named for its kind. The forms are those that the issuers publish for secret scanning.
KIND = re.compile(
    r"(?P<private_key>-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.*?-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|(?:\s*[A-Za-z0-9+/=]{16,}$)*))"
    r"|(?P<aws>\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b)"
    r"|(?P<github>\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}))"
    r"|(?P<gitlab>\bgl(?:pat|oas|rt|ptt|dt|cbt|soat|ft|imt|agent|ffct)-[\w-]{16,}(?:\.[\w.]+)?)"
    r"|(?P<slack>\bxox[abceoprs]-[\w-]{6,}|\bxapp-[\w-]{6,}|(?<=hooks\.slack\.com/)[a-z]+/[\w/-]{10,})"
    r"|(?P<pulumi>\bpul-[A-Za-z0-9]{16,})"
    r"|(?P<npm>\bnpm_[A-Za-z0-9]{30,})"
    r"|(?P<google>\bAIza[\w-]{30,}|\bya29\.[\w-]{20,})"
    r"|(?P<jwt>\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){1,3})"
    r"|(?P<key>\b[sr]k_(?:live|test)_\w{16,}|\bsk-(?=\S*\d)(?=\S*[A-Z])[\w-]{20,}|\bhvs\.[\w-]{20,}|\bdop_v1_\w{40,})",
    re.DOTALL | re.MULTILINE,
)
URL = re.compile(r"(?<=://)(?P<value>[^\s/@:\"']*:[^\s/\"']+|[^\s/@:\"']{16,})(?=@)")
AUTHORIZATION = re.compile(
    r"authorization[\"'\\]{0,3}[ \t]*[:=][ \t]*[\"'\\]{0,3}(?:(?:bearer|basic|token|digest|negotiate|apikey|bot)[ \t]+)?"
    r"(?P<value>AWS4-[^\n\"']*|[^\s\"'`\\,;]+)",
    re.IGNORECASE,
)
BEARER = re.compile(
    r"\b(?:bearer|basic)[ \t]+(?P<value>(?=\S*[0-9=+/_])[A-Za-z0-9._~+/=-]{12,})", re.IGNORECASE
)
BLOB = re.compile(r"^[ \t]*(?P<value>[A-Za-z0-9+/]{48,}={0,2})[ \t]*$", re.MULTILINE)
LONG = re.compile(r"(?P<value>[A-Za-z0-9+/_=-]{20,})")

_WORD = (
    r"(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|credentials?|auth|cookie"
    r"|(?:api|access|private|account|auth|signing|encryption|master|shared|secret|license)[ _-]?key"
    r"|connection[ _-]?string)"
)
SECRETISH = re.compile(_WORD, re.IGNORECASE)
_NAME = rf"(?<![\w:/.@-])[\w.-]*?{_WORD}(?:_?[0-9]{{1,3}})?"
_QUOTED = r"\\?\"(?:[^\"\\\n]|\\.)*\\?\"?|'(?:[^'\\\n]|\\.)*'?"
_BARE = r"[^\s,;&\"'](?:[^\s,;&\"']|[,;&](?!\s|[\w-]+=|$))*"
_VALUE = rf"(?P<value>{_QUOTED}|{_BARE})"
# A name and its value. Where a sentence could be meant, `after` is how it goes on.
PAIRS = (
    # PASSWORD=x, "password": "x", token => x; a colon without a space only before something with a digit, since types
    # (`random:index/randomPassword:RandomPassword`) and IAM actions look alike
    re.compile(
        rf"{_NAME}[\"'\\]{{0,3}}[ \t]*(?:=>|:=|=|:(?=[\"'\\])|(?<=[\"']):|:(?=\S*\d)(?!:))[ \t]*{_VALUE}(?P<after>)",
        re.IGNORECASE,
    ),
    # A line that begins with the name: to its end.
    re.compile(
        rf"^[ \t]*(?:[-+~>*][ \t]*)?{_NAME}[\"']?[ \t]*:[ \t]+(?P<value>{_QUOTED}|[^\s\"'\[{{(].*)(?P<after>)$",
        re.IGNORECASE | re.MULTILINE,
    ),
    # In a sentence.
    re.compile(rf"{_NAME}[\"']?[ \t]*:[ \t]+{_VALUE}(?P<after>[ \t]+[a-z])?", re.IGNORECASE),
    # --password x
    re.compile(rf"(?<!\S)--?[\w-]*{_WORD}[ \t]+{_VALUE}(?P<after>)", re.IGNORECASE),
)
_HARMLESS = re.compile(
    r"[\"'\\]*(?:\[?redacted\b.*|\[secret\]|true|false|null|none|nil|undefined|\*+|x{3,}|[\[\](){}<>]+|\$\{?[\w.]+\}?|\$\(.*"
    r"|output<.*|[<(]?(?:known|sensitive|computed|hidden|unknown)\b.*|)[\"'\\]*",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(
    r"(?:an?|access|and|are|argument|authentication|cannot|could|denied|expected|expired|failed|flag|for|forbidden|if|in|invalid|is"
    r"|missing|must|no|not|option|or|required|that|the|to|unauthorized|unexpected|was|with)[.,!]?",
    re.IGNORECASE,
)
_CHANGES = 0.4  # of the letters of a random string at least; a name that a person chose changes less


def is_harmless(value: str, *, after: str) -> bool:
    """Whether what stands where a secret might is none: a placeholder, or a sentence that goes on ("token: access denied")."""
    if _HARMLESS.fullmatch(value) or _SENTENCE.fullmatch(value):
        return True
    return bool(after) and value.isalpha() and value.islower()


def looks_random(text: str) -> bool:
    """Letters of both cases and digits that change as often as in no name that a person chose."""
    kinds = [
        "d" if letter.isdigit() else "u" if letter.isupper() else "l" for letter in text if letter.isalnum()
    ]
    changes = sum(one != other for one, other in pairwise(kinds))
    return len(set(kinds)) == len("dul") and changes >= _CHANGES * len(kinds)
