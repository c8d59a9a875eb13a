"""Which lines of a log say why, on logs as the tools print them."""

from __future__ import annotations

import re
from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cards import Excerpt
from bot.domain.excerpts import LIMIT, excerpt, readable
from bot.domain.terminal import LINE_LIMIT

RED, RESET = "\x1b[31m", "\x1b[0m"


def of(log: str, *, limit: int = LIMIT) -> Excerpt:
    return excerpt(dedent(log).strip("\n").splitlines(keepends=True), limit=limit)


PULUMI_UPDATE = f"""\
Updating (acme/dev)

@ updating....
 +  aws:sqs:Queue orders creating (0s)
 +  aws:s3:BucketV2 artifacts {RED}**creating failed**{RESET} {RED}error{RESET}
{RED}Diagnostics:{RESET}
  aws:lambda:Function (resize):
    warning: runtime nodejs16.x is deprecated
      and will be removed

  aws:s3:BucketV2 (artifacts):
    {RED}error:{RESET}   sdk-v2/provider2.go:515: sdk.helper_schema: creating S3 Bucket (acme-artifacts): BucketAlreadyExists: provider=aws@6.59.0
    {RED}error:{RESET} 1 error occurred:
    \t* creating urn:pulumi:dev::web::aws:s3/bucketV2:BucketV2::artifacts: 1 error occurred:

  pulumi:pulumi:Stack (web-dev):
    {RED}error:{RESET} update failed

Resources:
    + 1 created

error: exit status 255
"""


def test_of_a_pulumi_run_the_failing_resources_and_their_errors_are_shown() -> None:
    assert of(PULUMI_UPDATE) == Excerpt(
        (
            "aws:s3:BucketV2 (artifacts):",
            "  error:   sdk-v2/provider2.go:515: sdk.helper_schema: creating S3 Bucket (acme-artifacts): BucketAlreadyExists: provider=aws@6.59.0",
            "  error: 1 error occurred:",
            "      * creating urn:pulumi:dev::web::aws:s3/bucketV2:BucketV2::artifacts: 1 error occurred:",
            "pulumi:pulumi:Stack (web-dev):",
            "  error: update failed",
        ),
        omitted=11,
    )


def test_where_room_is_short_the_bare_update_failed_goes_first() -> None:
    assert "  error: update failed" not in of(PULUMI_UPDATE, limit=5).lines
    assert of(PULUMI_UPDATE, limit=2).lines == (
        "aws:s3:BucketV2 (artifacts):",
        "  error:   sdk-v2/provider2.go:515: sdk.helper_schema: creating S3 Bucket (acme-artifacts): BucketAlreadyExists: provider=aws@6.59.0",
    )


def test_of_many_failing_resources_each_error_keeps_its_resource() -> None:
    block = "".join(
        f"  aws:s3:Bucket (b{n}):\n    error: creating b{n}: denied\n    detail {n}\n\n" for n in range(9)
    )
    shown = of(f"Diagnostics:\n{block}")
    assert shown.lines[:2] == ("aws:s3:Bucket (b0):", "  error: creating b0: denied")
    assert len(shown.lines) == LIMIT
    assert shown.lines[-1] == "  error: creating b5: denied"
    assert shown.omitted == 28 - 12


def test_diagnostics_without_a_resource_line_are_read_all_the_same() -> None:
    assert of("Diagnostics:\n    error: no credentials\n").lines == ("error: no credentials",)


def test_of_two_runs_the_last_diagnostics_with_an_error_count() -> None:
    log = """
        Diagnostics:
          a:b:C (one):
            error: the cause

        Diagnostics:
          a:b:C (two):
            warning: careful
    """
    assert of(log).lines == ("a:b:C (one):", "  error: the cause")


def test_where_diagnostics_say_nothing_but_that_it_failed_the_rest_of_the_log_is_asked() -> None:
    log = """
        fatal: the plugin crashed
        Diagnostics:
          pulumi:pulumi:Stack (web-dev):
            error: update failed
    """
    assert of(log).lines[0] == "fatal: the plugin crashed"


def test_of_an_unhandled_exception_the_message_comes_before_the_frames() -> None:
    frames = "\n".join(f"        at step{n} (/deployment/lib/step{n}.ts:1:1)" for n in range(30))
    log = f"""\
Diagnostics:
  pulumi:pulumi:Stack (web-dev):
    error: Running program '/deployment/index.ts' failed with an unhandled exception:
    TypeError: Cannot read properties of undefined (reading 'id')
{frames}
"""
    shown = of(log).lines
    assert shown[:4] == (
        "pulumi:pulumi:Stack (web-dev):",
        "  error: Running program '/deployment/index.ts' failed with an unhandled exception:",
        "  TypeError: Cannot read properties of undefined (reading 'id')",
        "      at step0 (/deployment/lib/step0.ts:1:1)",
    )
    assert shown[-1] == "      at step8 (/deployment/lib/step8.ts:1:1)"


def test_of_a_python_traceback_the_exception_and_the_frames_next_to_it_are_shown() -> None:
    frames = "\n".join(f'  File "/deployment/m{n}.py", line {n}, in f\n    call{n}()' for n in range(20))
    log = f"""\
Traceback (most recent call last):
{frames}
ModuleNotFoundError: No module named 'boto3'
"""
    shown = of(log, limit=5)
    assert shown.lines == (
        '  File "/deployment/m18.py", line 18, in f',
        "    call18()",
        '  File "/deployment/m19.py", line 19, in f',
        "    call19()",
        "ModuleNotFoundError: No module named 'boto3'",
    )
    assert shown.omitted == 42 - 5


def test_of_npm_eresolve_the_conflict_is_shown_without_the_blank_lines() -> None:
    log = """
        npm WARN ERESOLVE overriding peer dependency
        npm ERR! code ERESOLVE
        npm ERR! ERESOLVE unable to resolve dependency tree
        npm ERR!
        npm ERR! While resolving: web@0.4.0
        npm ERR! Found: @pulumi/aws@6.59.0
        npm ERR! node_modules/@pulumi/aws
        npm ERR!   @pulumi/aws@"^6.59.0" from the root project
        npm ERR!
        npm ERR! Could not resolve dependency:
        npm ERR! peer @pulumi/aws@"^5.0.0" from @acme/pipeline@0.9.2
        npm ERR! node_modules/@acme/pipeline
        npm ERR!   @acme/pipeline@"^0.9.2" from the root project
        npm ERR!
        npm ERR! Fix the upstream dependency conflict, or retry
        npm ERR! this command with --force or --legacy-peer-deps
        npm ERR! to accept an incorrect (and potentially broken) dependency resolution.
        npm ERR! A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log
        error: installing dependencies: exit status 1
    """
    shown = of(log).lines
    assert shown[:3] == (
        "npm ERR! code ERESOLVE",
        "npm ERR! ERESOLVE unable to resolve dependency tree",
        "npm ERR! While resolving: web@0.4.0",
    )
    assert 'npm ERR! peer @pulumi/aws@"^5.0.0" from @acme/pipeline@0.9.2' in shown
    assert shown[-1] == "error: installing dependencies: exit status 1"
    assert "npm ERR!" not in shown


def test_of_the_typescript_compiler_each_error_keeps_its_detail() -> None:
    log = f"""
        + npm run build
        \x1b[36msrc/orders.ts{RESET}:41:23 - {RED}error{RESET} TS2345: Argument of type 'string | undefined' is not assignable.
          Type 'undefined' is not assignable to type 'string'.

        41   const order = parseOrder(event.body);
                                      {RED}~~~~~~~~~~{RESET}

        error: failed to run pre-run command "npm run build": exit status 1
    """
    assert of(log).lines == (
        "src/orders.ts:41:23 - error TS2345: Argument of type 'string | undefined' is not assignable.",
        "  Type 'undefined' is not assignable to type 'string'.",
        "41   const order = parseOrder(event.body);",
        "                              ~~~~~~~~~~",
        'error: failed to run pre-run command "npm run build": exit status 1',
    )


def test_of_the_go_compiler_the_place_and_the_message_are_shown() -> None:
    log = """
        go: downloading github.com/pulumi/pulumi/sdk/v3 v3.142.0
        # web
        ./main.go:14:2: undefined: s3
        error: unable to run `go build`: exit status 1
    """
    assert of(log).lines == (
        "./main.go:14:2: undefined: s3",
        "error: unable to run `go build`: exit status 1",
    )


def test_of_a_failed_clone_progress_is_dropped() -> None:
    log = [
        "Cloning into '/deployment'...\n",
        "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r100  3905    0  3905    0     0  10728      0 --:--:-- --:--:-- --:--:-- 10698\n",
        "remote: Repository not found.\n",
        "fatal: repository 'https://github.com/acme/gone.git/' not found\n",
        "exit status 128\n",
    ]
    assert excerpt(log).lines == (
        "remote: Repository not found.",
        "fatal: repository 'https://github.com/acme/gone.git/' not found",
        "exit status 128",
    )


def test_where_nothing_names_an_error_a_hint_and_what_follows_are_shown() -> None:
    log = "starting\n" * 3 + "The check failed\nbecause of the weather\n"
    assert of(log).lines == ("The check failed", "because of the weather")


def test_where_nothing_hints_at_an_error_the_last_lines_are_shown() -> None:
    log = "\n".join(f"line {number}\n@ updating...." for number in range(20))
    shown = of(log)
    assert shown.lines == tuple(f"line {number}" for number in range(8, 20))
    assert shown.omitted == 28


def test_where_there_is_only_progress_its_end_is_shown() -> None:
    assert of("@ updating..\n\n@ updating....\n") == Excerpt(("@ updating..", "@ updating...."))


def test_an_empty_log_has_an_empty_excerpt() -> None:
    assert excerpt([]) == Excerpt(())
    assert excerpt(["\n", "  \n"]) == Excerpt(())


def test_a_line_told_again_and_again_is_shown_once_with_a_count() -> None:
    assert of("error: no route to host\nwaiting\n" * 5).lines == (
        "error: no route to host (\u00d75)",
        "waiting (\u00d75)",
    )


def test_a_long_line_is_cut_after_it_was_redacted() -> None:
    shown = excerpt(
        [f"error: {'x' * 185} password=hunter2-Sup3r-long and more"] * 2, secrets=["hunter2-Sup3r-long"]
    )
    assert len(shown.lines[0]) == LINE_LIMIT
    assert shown.lines[0].endswith("… (\u00d72)")
    assert "hunter" not in shown.lines[0]


def test_a_private_key_over_several_rows_is_hidden_whole() -> None:
    rows = [
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "MIIBOgIBAAJBAKj34Gkx\n",
        "abc=\n",
        "-----END RSA PRIVATE KEY-----\n",
        "done\n",
    ]
    assert readable(rows) == ["[redacted private key]", "done"]


def test_a_secret_is_hidden_where_progress_overwrites_it() -> None:
    assert readable(["hun\rter2-Sup3r\n"], secrets=["hunter2-Sup3r"]) == ["[redacted]"]


rows = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "Diagnostics:",
                "  a:b:C (x):",
                "    error: boom",
                "    warning: hm",
                "error: x",
                "npm ERR!",
                "  at f (x)",
                f"{RED}x",
                "\r",
            ]
        ),
    ),
    max_size=25,
)


@given(rows, st.integers(1, 12))
@settings(max_examples=150)
def test_an_excerpt_is_short_and_made_of_the_logs_own_lines_in_order(log: list[str], limit: int) -> None:
    shown = excerpt(log, limit=limit)
    told = readable(log)
    assert len(shown.lines) <= limit
    assert 0 <= shown.omitted < max(len(told), 1)
    assert all(0 < len(line) <= LINE_LIMIT for line in shown.lines)
    place = 0
    for line in shown.lines:
        text = re.sub(" \\(\u00d7[0-9]+\\)$", "", line).strip()
        place = next(index for index, one in enumerate(told) if index >= place and text in one) + 1


@given(rows, st.text("abcXYZ123!=&", min_size=6, max_size=12), st.data())
@settings(max_examples=100)
def test_a_known_secret_is_in_no_excerpt(log: list[str], secret: str, data: st.DataObject) -> None:
    glue = st.sampled_from(["", "\x1b[0m", "\r"])
    scattered = "".join(letter + data.draw(glue) for letter in secret)
    shown = excerpt([*log, f"error: {scattered} was refused"], secrets=[secret])
    assert not any(secret in line for line in shown.lines)
