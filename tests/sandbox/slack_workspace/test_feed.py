from sandbox.slack_workspace.feed import Change, Feed


async def test_every_watcher_hears_of_every_change() -> None:
    feed = Feed()
    with feed.subscribe() as one, feed.subscribe() as other:
        feed.publish(Change(kind="message", channel="C1", ts="1.000001"))
        assert await anext(one) == await anext(other)


async def test_a_closed_feed_ends_its_watchers() -> None:
    feed = Feed()
    changes = feed.subscribe()
    feed.publish(Change(kind="home", user="U1"))
    feed.close()
    assert [change.kind async for change in changes] == ["home"]
