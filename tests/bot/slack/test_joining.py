"""Which neighbours of a thread share a message."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages.message import Message, Post
from bot.slack.joining import LONGEST, first_group, joined, plain


def post(key: str, *, joinable: bool = True, text: str = "line") -> Post:
    return Post(key, Message(text, [{"type": "divider"}]), joinable=joinable)


def test_neighbours_that_may_join_do() -> None:
    posts = [post("a"), post("b"), post("c", joinable=False), post("d")]
    assert [each.key for each in first_group(posts)] == ["a", "b"]


def test_one_that_may_not_join_stands_alone() -> None:
    assert [each.key for each in first_group([post("a", joinable=False), post("b")])] == ["a"]


def test_a_single_post_keeps_its_blocks() -> None:
    assert joined([post("a")]) == post("a").message


def test_several_become_lines_in_order() -> None:
    assert joined([post("a", text="one"), post("b", text="two")]) == Message("one\ntwo")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, LONGEST)), min_size=1, max_size=12))
@settings(max_examples=60)
def test_groups_make_up_the_whole_thread_and_fit(drawn: list[tuple[bool, int]]) -> None:
    posts = [post(str(n), joinable=joins, text="x" * size) for n, (joins, size) in enumerate(drawn)]
    left = posts
    seen: list[Post] = []
    while left:
        group = first_group(left)
        assert len(joined(group).text) <= LONGEST
        seen += group
        left = left[len(group) :]
    assert seen == posts


def test_plain_text_has_no_blocks_and_an_end() -> None:
    message = plain(Message("x" * 9000, [{"type": "divider"}]))
    assert message.blocks == []
    assert len(message.text) == 3000
    assert plain(Message(" ")).text
