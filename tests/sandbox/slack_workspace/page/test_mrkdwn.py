"""mrkdwn becomes what Slack shows, and nothing that a writer says becomes markup of its own."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack_workspace.page.markdown import render_markdown
from sandbox.slack_workspace.page.mrkdwn import render_mrkdwn, render_plain
from sandbox.slack_workspace.page.names import Names

NAMES = Names(
    users={"U1": "Ana Duarte", "U2": "Ben Okafor"},
    channels={"C1": "deploys"},
    groups={"S1": "sre"},
    viewer="U2",
)
TAGS = {
    *("b", "i", "s", "code", "pre", "blockquote", "br", "a", "span", "time"),
    *("p", "hr", "ul", "ol", "li", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"href", "target", "rel", "class", "title", "data-epoch", "data-form", "start"}
CLASSES = {"emoji", "mention", "mention mention--me", "grid"}


class Inspector(HTMLParser):
    """Reads HTML as a browser would and refuses what the page never writes."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES
            if name == "href":
                assert (value or "").lower().startswith(("https://", "http://", "mailto:"))
            if name == "class":
                assert value in CLASSES or (value or "").startswith("rich__list rich__list--")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~", "<b>bold</b> <i>italic</i> <s>gone</s>"),
        ("*_both_*", "<b><i>both</i></b>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`*raw*`", "<code>*raw*</code>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("a\n```x &lt;b&gt;\n  y```\nz", "a<pre>x &lt;b&gt;\n  y</pre>z"),
        ("Tom &amp; &lt;Jerry&gt;", "Tom &amp; &lt;Jerry&gt;"),
        ("5 < 6 & 7 > 3", "5 &lt; 6 &amp; 7 &gt; 3"),
        ("&amp;lt;", "&amp;lt;"),
        ("<@U1> <@U9>", '<span class="mention">@Ana Duarte</span> <span class="mention">@U9</span>'),
        ("<@U2>", '<span class="mention mention--me">@Ben Okafor</span>'),
        ("<#C1> <#C2|old>", '<span class="mention">#deploys</span> <span class="mention">#old</span>'),
        ("<!channel>", '<span class="mention mention--me">@channel</span>'),
        ("<!subteam^S1>", '<span class="mention">@sre</span>'),
        (
            ":rocket: :nonesuch: 10:30:15",
            '<span class="emoji" title=":rocket:">🚀</span> :nonesuch: 10:30:15',
        ),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<javascript:alert(1)|press>", "&lt;javascript:alert(1)|press&gt;"),
    ],
)
def test_mrkdwn_reads_as_in_slack(text: str, html: str) -> None:
    assert render_mrkdwn(text, NAMES) == html


def test_a_link_opens_outside_with_its_label_and_a_bare_address_is_a_link_too() -> None:
    outside = ' target="_blank" rel="noopener noreferrer">'
    assert render_mrkdwn("<https://a.example/?x=1&amp;y=2|the *a*>", NAMES) == (
        f'<a href="https://a.example/?x=1&amp;y=2"{outside}the *a*</a>'
    )
    assert render_mrkdwn("see https://a.example/b.", NAMES) == (
        f'see <a href="https://a.example/b"{outside}https://a.example/b</a>.'
    )
    assert render_mrkdwn("`<https://a.example>`", NAMES) == (
        f'<code><a href="https://a.example"{outside}https://a.example</a></code>'
    )


def test_a_date_carries_its_moment_and_form_for_the_browser_and_shows_its_fallback_until_then() -> None:
    assert render_mrkdwn("<!date^1392734382^{date} at {time}|Feb 18>", NAMES) == (
        '<time data-epoch="1392734382" data-form="{date} at {time}">Feb 18</time>'
    )
    assert render_mrkdwn("<!date^soon^{date}|x>", NAMES) == "&lt;!date^soon^{date}|x&gt;"


def test_plain_text_knows_emoji_only() -> None:
    assert render_plain("*a* <b> :x:") == '*a* &lt;b&gt; <span class="emoji" title=":x:">❌</span>'


PIECES = [
    *("<", ">", "&", '"', "'", "*", "_", "~", "`", "```", "\n", "|", "!", "@", "#", "^", ":", "](", "[", ")"),
    *("javascript:", "https://a.b", "<!date^1^", "onerror=", "<script>", "&lt;", "-", "1. ", "  ", "U1", "x"),
]
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)


@settings(max_examples=150, deadline=None)
@given(hostile)
def test_no_text_brings_markup_of_its_own(text: str) -> None:
    for html in (render_mrkdwn(text, NAMES), render_markdown(text, NAMES), render_plain(text)):
        Inspector().feed(html)
