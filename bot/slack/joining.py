"""Neighbours in a thread that may share one message. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.message import Message, Post

# A section's text holds no more (https://docs.slack.dev/reference/block-kit/blocks/section-block); a thread's message should not either.
LONGEST = 3000
PLAIN_LIMIT = 3000


def first_group(posts: Sequence[Post]) -> tuple[Post, ...]:
    """The first post, with the joinable ones right behind it while their lines fit into one message."""
    if not posts[0].joinable:
        return (posts[0],)
    group = [posts[0]]
    length = len(posts[0].message.text)
    for post in posts[1:]:
        length += 1 + len(post.message.text)
        if not post.joinable or length > LONGEST:
            break
        group.append(post)
    return tuple(group)


def joined(posts: Sequence[Post]) -> Message:
    """One message: a single post as it is, several as lines of text."""
    if len(posts) == 1:
        return posts[0].message
    return Message(text="\n".join(post.message.text for post in posts))


def plain(message: Message) -> Message:
    """What is left when Slack does not like the blocks: the text, cut where it is too long."""
    text = message.text.strip() or "(no text)"
    return Message(text=text if len(text) <= PLAIN_LIMIT else text[: PLAIN_LIMIT - 1] + "…")
