"""The page behind "Open in Pulumi"."""

import httpx
import pytest

from sandbox.pulumi_cloud.console import readable
from sandbox.pulumi_cloud.times import ManualClock


def test_the_console_url_leads_to_a_page_with_steps_and_log(api: httpx.Client, clock: ManualClock) -> None:
    created = api.post("/api/stacks/acme/web/dev/deployments", json={"operation": "update"}).json()
    clock.advance(60)
    page = api.get(created["consoleUrl"])
    assert page.headers["content-type"].startswith("text/html")
    assert "pulumi update" in page.text
    assert "3 created" in page.text
    assert "http-equiv" not in page.text


def test_a_live_page_reloads_itself(api: httpx.Client) -> None:
    created = api.post("/api/stacks/acme/web/dev/deployments", json={"operation": "update"}).json()
    assert 'http-equiv="refresh"' in api.get(created["consoleUrl"]).text


def test_a_queued_one_says_so(api: httpx.Client) -> None:
    path = "/api/stacks/acme/web/dev/deployments"
    created = [api.post(path, json={"operation": "update"}).json() for _ in range(2)][1]
    assert "Waiting in the queue." in api.get(created["consoleUrl"]).text


def test_hostile_lines_stay_text(api: httpx.Client, clock: ManualClock) -> None:
    body = {"org": "acme", "project": "web", "stack": "odd", "scenario": "hostile-names"}
    api.post("/sandbox/stacks", json=body)
    created = api.post("/api/stacks/acme/web/odd/deployments", json={"operation": "update"}).json()
    clock.advance(60)
    page = api.get(created["consoleUrl"]).text
    assert "<script>" not in page
    assert "\x1b" not in page


def test_an_unknown_deployment_is_404(api: httpx.Client) -> None:
    assert api.get("/acme/web/dev/deployments/999").status_code == 404
    assert api.get("/acme/web/nope/deployments/1").status_code == 404


def test_the_front_page_lists_all_stacks(api: httpx.Client) -> None:
    assert "acme/legacy/main" in api.get("/").text


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("10%\r55%\r100%\n", "100%"),
        ("\x1b[38;5;2m+\x1b[0m  a <b>\n", '<span class="green">+</span>  a &lt;b&gt;'),
        ("\x1b[38;5;13m\x1b[1mUpdating\x1b[0m", '<span class="magenta">Updating</span>'),
        ("a\x1b[2Jb\x07c\x1b]0;title\x07d\x1b[38;5;", "abcd38;5;"),
    ],
)
def test_a_line_reads_as_a_terminal_would_leave_it(line: str, html: str) -> None:
    assert readable(line) == html
