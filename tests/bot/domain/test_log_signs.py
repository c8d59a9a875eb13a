"""What a line of a log is worth to somebody who asks why."""

from __future__ import annotations

import pytest

from bot.domain.log_signs import Sign, sign_of

CAUSES = """
error: no source to deploy from
Error: Cannot find module 'aws-sdk'
    error: creating S3 Bucket: BucketAlreadyExists
fatal: repository 'https://github.com/acme/gone.git/' not found
panic: runtime error: index out of range [3] with length 3
E: Unable to locate package jq
ModuleNotFoundError: No module named 'boto3'
botocore.exceptions.NoCredentialsError: Unable to locate credentials
TypeError: Cannot read properties of undefined (reading 'id')
src/orders.ts:41:23 - error TS2345: Argument of type 'string'
src/orders.ts(41,23): error TS2345: Argument of type 'string'
./main.go:14:2: undefined: s3
npm ERR! code ERESOLVE
npm error code E404
sh: 1: pulumi-language-go: not found
bash: jq: command not found
cat: config.json: No such file or directory
    * creating urn:pulumi:dev::web::aws:s3/bucket:Bucket::b: 1 error occurred:
""".strip("\n").splitlines()
HINTS = """
error: update failed
error: exit status 255
error: failed to run pre-run command "npm run build": exit status 1
npm ERR!   in workspace: web@2.3.1
remote: Repository not found.
The build failed
""".strip("\n").splitlines()
PLAIN = """
Installing dependencies...
npm WARN ERESOLVE overriding peer dependency
warning: error while reading the cache
Found 0 errors. Watching for file changes.
 +  aws:sqs:Queue orders created (1s)
 * [new branch]      main       -> origin/main
41   const order = parseOrder(event.body);
""".strip("\n").splitlines()
FRAMES = """
    at Object.<anonymous> (/deployment/index.ts:10:5)
    at async main
  File "/deployment/__main__.py", line 3, in <module>
Traceback (most recent call last):
goroutine 1 [running]:
main.main.func1(0xc000012345, 0x1)
npm ERR! A complete log of this run can be found in: /root/.npm/_logs/x.log
npm ERR! /root/.npm/_logs/2024-eresolve-report.txt
Node.js v20.11.0
""".strip("\n").splitlines()
NOISE = [
    "",
    "   ",
    "@ updating....",
    "npm ERR!",
    "remote: Counting objects:  45% (9/20)",
    "Receiving objects: 100% (120/120), 11.9 MiB | 17.6 MiB/s, done.",
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current",
    "                                 Dload  Upload   Total   Spent    Left  Speed",
    "100 11.9M    0 11.9M    0     0  17.6M      0 --:--:-- --:--:-- --:--:-- 17.6M",
    "Downloading plugin: 45% [=====>      ]",
    "......",
]


@pytest.mark.parametrize("line", CAUSES)
def test_a_line_that_names_what_is_wrong_is_a_cause(line: str) -> None:
    assert sign_of(line) is Sign.CAUSE


@pytest.mark.parametrize("line", HINTS)
def test_a_line_that_says_only_that_something_failed_is_a_hint(line: str) -> None:
    assert sign_of(line) is Sign.HINT


@pytest.mark.parametrize("line", PLAIN)
def test_warnings_and_ordinary_lines_are_plain(line: str) -> None:
    assert sign_of(line) is Sign.PLAIN


@pytest.mark.parametrize("line", FRAMES)
def test_stack_frames_and_standing_advice_are_frames(line: str) -> None:
    assert sign_of(line) is Sign.FRAME


@pytest.mark.parametrize("line", NOISE)
def test_progress_and_emptiness_are_noise(line: str) -> None:
    assert sign_of(line) is Sign.NOISE


def test_a_full_disk_is_no_progress_bar() -> None:
    assert sign_of("error: disk is at 100% (full)") is Sign.CAUSE
