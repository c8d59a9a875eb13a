"""What a preview would delete or replace, by name, out of its log."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.plan_lines import MOST, Change, Risky

LOG = """
Previewing update (acme/prod)
     pulumi:pulumi:Stack data-prod running
 \x1b[33m~\x1b[0m  aws:glue:Job nightly-load \x1b[33mupdate\x1b[0m [diff: ~defaultArguments]
 \x1b[35m+-\x1b[0m aws:redshift:Cluster warehouse \x1b[35mreplace\x1b[0m [diff: ~nodeType]; changes in nodeType force a new cluster
 \x1b[32m+\x1b[0m  aws:glue:Trigger hourly create
 \x1b[31m-\x1b[0m  aws:s3:Bucket staging-area \x1b[31mdelete\x1b[0m
 -  aws:s3/bucketObject:BucketObject index.html delete
 ++ aws:ec2:Instance web create-replacement
 -- aws:ec2:Instance web delete-replaced
     - 1 to delete
 @ previewing update....
 - a list entry that is no resource
"""


def risky(rows: Iterable[str]) -> tuple[Change, ...]:
    found = Risky()
    for row in rows:
        found.read(row)
    return found.changes


def test_deletes_and_replaces_are_named_once_in_the_order_of_the_log() -> None:
    assert risky(LOG.splitlines()) == (
        Change("replace", "aws:redshift:Cluster", "warehouse"),
        Change("delete", "aws:s3:Bucket", "staging-area"),
        Change("delete", "aws:s3/bucketObject:BucketObject", "index.html"),
        Change("replace", "aws:ec2:Instance", "web"),
    )


def test_a_log_without_any_names_nothing() -> None:
    assert risky(["  +  aws:s3:Bucket logs create", ""]) == ()


def test_so_many_are_named_and_what_becomes_of_those_is_read_to_the_end() -> None:
    rows = [f" - aws:s3:Bucket b{number} delete" for number in range(MOST + 5)]
    found = risky([*rows, " +- aws:s3:Bucket b0 replace", f" +- aws:s3:Bucket b{MOST} replace"])
    assert len(found) == MOST
    assert found[0] == Change("replace", "aws:s3:Bucket", "b0")
    assert found[-1] == Change("delete", "aws:s3:Bucket", f"b{MOST - 1}")


@given(st.lists(st.text(max_size=60), max_size=20))
@settings(max_examples=80)
def test_any_rows_are_read(rows: list[str]) -> None:
    assert all(change.what in {"delete", "replace"} for change in risky(rows))
