"""How lines of a log tell what they are: a cause, something around it, a stack frame, or noise."""

from __future__ import annotations

import re
from enum import IntEnum


class Sign(IntEnum):
    """What a line is worth to somebody who asks why: the lower, the more."""

    CAUSE = 0  # it names what is wrong
    HINT = 1  # it says that something is, or belongs to a tool's error output
    PLAIN = 2
    FRAME = 3  # of a stack trace, or advice that every failure of the tool ends with
    NOISE = 4  # progress, empty


_NOISE = re.compile(
    r"\s*$"
    r"|\s*@ (?:updating|previewing|destroying|refreshing)\.*$"
    r"|\s*(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Writing|Updating) \w+: +\d+%"
    r"|\s*% Total +% Received|\s*Dload +Upload"
    r"|[\s\d.kMGT:-]*--:--:--[\s\d.kMGT:-]*$"
    r"|[\s.\u2800-\u28ff|/\\#=>-]*$"
    r"|(?!.*(?i:error|fail)).{0,60}\b\d{1,3}(?:\.\d+)?% ?[|\[(]"
    r"|npm ERR!\s*$|npm error\s*$"
)
_WARNING = re.compile(r"\s*(?:npm )?(?:WARN(?:ING)?|warning|info|debug|DEBUG|INFO)\b", re.IGNORECASE)
_GENERIC = re.compile(
    r"\s*error:\s*(?:(?:update|preview|destroy|refresh)(?: operation)? failed|exit status \d+)\s*$"
    r"|.*\bexit (?:status|code):? [1-9]"
)
_FRAME = re.compile(
    r"\s+at .*[\w)>\]]$"
    r"|\s+File \"[^\"]*\", line \d+"
    r"|goroutine \d+ \[|\t?\s*\S+\.go:\d+ \+0x|\s*\S+\(0x[0-9a-f, .x]*\)$"
    r"|\s*\S+/(?:site-packages|dist-packages|node_modules)/\S+:\d+"
    r"|npm (?:ERR!|error) (?:A complete log|For a full report|Fix the upstream|this command with|to accept an incorrect"
    r"|/|[A-Z]:\\|\s+at |See )"
    r"|\s*(?:Require stack|Node\.js v\d|For verbose messaging|Traceback \(most recent call last\))"
)
_CAUSE = re.compile(
    r"\s*(?:(?i:error|fatal|panic)|E)\s*:"
    r"|.*\berror(?:\[\w+\])?: "
    r"|.*\berror:?\s+[A-Z]{1,4}\d{3,5}\b"
    r"|\s*(?:[\w.$]+[.:])?[A-Z]\w*(?:Error|Exception|Interrupt|Fault)\b"
    r"|.*\b[A-Z]\w+(?:Error|Exception): "
    r"|npm (?:ERR!|error) (?:code|errno|\d{3}|E[A-Z]+|missing|peer|Could not|Found|notarget|Error:)"
    r"|\S+\.\w{1,5}:\d+:\d+:? "
    r"|\S+\.\w{1,5}\(\d+,\d+\):? "
    r"|.*\b(?:command not found|No such file or directory|Permission denied|permission denied|Killed|out of memory)\b"
    r"|(?:\S+: )?\d+: \S+: not found$"
    r"|\s*\* (?:creating|updating|deleting|reading|waiting|importing|error|provider)\b"
)
_HINT = re.compile(
    r"npm (?:ERR!|error) "
    r"|.*\b(?:failed|FAILED|failure|could not|couldn't|cannot|can't|unable to|not found|denied|timed out|refused|rejected|invalid|Error|ERR)\b"
)
_SCANNED = 1_000  # characters of a line that decide
_ALL_WELL = re.compile(r"\b(?:0|no) (?:errors?|failed|failures)\b", re.IGNORECASE)


def sign_of(line: str) -> Sign:
    """What a clean line is. A warning is never a cause; "exit status 1" is one that others explain."""
    line = line[:_SCANNED]
    if _NOISE.match(line):
        return Sign.NOISE
    if _FRAME.match(line):
        return Sign.FRAME
    if _WARNING.match(line) or _ALL_WELL.search(line):
        return Sign.PLAIN
    if _GENERIC.match(line):
        return Sign.HINT
    if _CAUSE.match(line):
        return Sign.CAUSE
    return Sign.HINT if _HINT.match(line) else Sign.PLAIN
