"""A `markdown` block reads as standard Markdown."""

import pytest

from sandbox.slack_workspace.page.markdown import render_markdown
from sandbox.slack_workspace.page.names import Names

NAMES = Names(users={"U1": "Ana"})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title\ntext", "<h3>Title</h3><p>text</p>"),
        (
            "**bold** *it* _it_ ~~no~~ `x*y*`",
            "<p><b>bold</b> <i>it</i> <i>it</i> <s>no</s> <code>x*y*</code></p>",
        ),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("```py\na < b\n\nc\n```\nafter", "<pre>a &lt; b\n\nc</pre><p>after</p>"),
        ("```\nnever closed", "<pre>never closed</pre>"),
        ("> a\n> **b**", "<blockquote><p>a<br><b>b</b></p></blockquote>"),
        ("---", "<hr>"),
        ("hi <@U1>", '<p>hi <span class="mention">@Ana</span></p>'),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
    ],
)
def test_markdown_reads_as_standard(text: str, html: str) -> None:
    assert render_markdown(text, NAMES) == html


def test_lists_keep_their_depth_and_numbers() -> None:
    assert render_markdown("- a\n  - b\n3. c", NAMES) == (
        '<ul class="rich__list rich__list--0"><li>a</li></ul>'
        '<ul class="rich__list rich__list--1"><li>b</li></ul>'
        '<ol class="rich__list rich__list--0" start="3"><li>c</li></ol>'
    )


def test_a_table_has_a_head_and_rows() -> None:
    assert render_markdown("| a | b |\n|---|--:|\n| 1 | **2** |", NAMES) == (
        '<table class="grid"><thead><tr><th>a</th><th>b</th></tr></thead>'
        "<tbody><tr><td>1</td><td><b>2</b></td></tr></tbody></table>"
    )
