"""Messages as a reader sees them."""

from sandbox.slack_workspace.model import Message
from sandbox.slack_workspace.page import messages
from sandbox.slack_workspace.page.cache import Cache
from sandbox.slack_workspace.page.messages import Item
from sandbox.slack_workspace.page.reader import names_for
from tests.sandbox.slack_workspace.page.scene import Scene


def before_ana(scene: Scene) -> messages.Scene:
    state = scene.workspace.state
    reader = state.users["U0ANA"]
    return messages.Scene(
        channel=state.channels["C0DEPLOYS"],
        reader=reader,
        state=state,
        names=names_for(reader, scene.workspace),
        cache=Cache(size=10),
    )


def seen(scene: Scene, *, thread: Message | None = None) -> list[Item]:
    shown = before_ana(scene)
    return shown.thread(thread.ts) if thread else shown.timeline().items


def test_messages_of_one_author_close_together_share_a_face(scene: Scene) -> None:
    scene.post("one")
    scene.post("two")
    scene.now[0] += 301
    scene.post("three")
    scene.post("four", user="U0BEN")
    assert ["message--compact" in item.html for item in seen(scene)] == [False, True, False, False]


def test_an_ephemeral_says_that_only_its_person_sees_it(scene: Scene) -> None:
    scene.post("one")
    scene.post("two", ephemeral_to="U0ANA")
    assert "Only visible to you" in seen(scene)[1].html
    assert "message--compact" not in seen(scene)[1].html


def test_an_app_has_its_badge(scene: Scene) -> None:
    scene.workspace.state.users["U0QDECK"].real_name = "Deploy <bot>"
    scene.post("one")
    scene.post("two", user="U0BEN")
    app, person = (item.html for item in seen(scene))
    assert "Deploy &lt;bot&gt;" in app
    assert '<span class="badge">APP</span>' in app
    assert "badge" not in person


def test_a_parent_tells_of_its_replies_and_the_thread_holds_them(scene: Scene) -> None:
    parent = scene.post("parent")
    scene.post("reply", thread_ts=parent.ts, user="U0BEN")
    scene.post("reply", thread_ts=parent.ts)
    (alone,) = seen(scene)
    assert "<b>2 replies</b>" in alone.html
    assert len(seen(scene, thread=parent)) == 3


def test_an_edited_message_is_marked(scene: Scene) -> None:
    message = scene.post("one")
    assert "(edited)" not in seen(scene)[0].html
    scene.edit(message, text="two")
    assert "(edited)" in seen(scene)[0].html


def test_a_file_shows_how_it_begins(scene: Scene) -> None:
    file_id = scene.upload("log.txt", "\n".join(f"<line {n}>" for n in range(20)))
    scene.post("log", files=[file_id])
    html = seen(scene)[0].html
    assert "&lt;line 11&gt;" in html
    assert "&lt;line 12&gt;" not in html
    assert "+ 8 more lines" in html


def test_an_attachment_has_its_colour_without_inline_style(scene: Scene) -> None:
    scene.post(attachments=[{"color": "#36a64f", "text": "*fine*", "footer": "f"}])
    html = seen(scene)[0].html
    assert 'fill="#36a64f"' in html
    assert "<b>fine</b>" in html
    assert "style=" not in html


def test_a_long_channel_shows_its_newest_messages_and_says_so(scene: Scene) -> None:
    for n in range(messages.SHOWN + 3):
        scene.post(f"number {n}.")
    assert len(seen(scene)) == messages.SHOWN
    assert "number 3." in seen(scene)[0].html


def test_a_reader_who_wants_more_gets_all_from_there_on_and_the_way_to_the_next(scene: Scene) -> None:
    posts = [scene.post(f"number {n}.") for n in range(2 * messages.SHOWN + 50)]
    newest = before_ana(scene).timeline()
    assert (newest.older, newest.older_since) == (messages.SHOWN + 50, posts[50].ts)
    more = before_ana(scene).timeline(since=newest.older_since)
    assert [item.ts for item in more.items] == [post.ts for post in posts[50:]]
    assert (more.older, more.older_since) == (50, posts[0].ts)
    everything = before_ana(scene).timeline(since=more.older_since)
    assert (len(everything.items), everything.older, everything.older_since) == (len(posts), 0, "")


def test_a_reply_is_nothing_new_in_the_channel_itself(scene: Scene) -> None:
    parent = scene.post("parent")
    scene.post("reply", thread_ts=parent.ts)
    assert messages.latest(scene.workspace.state.channels["C0DEPLOYS"]) == parent.ts
