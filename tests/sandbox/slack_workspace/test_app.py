import inspect

import httpx
import pytest

from sandbox.slack_workspace import create_app
from tests.sandbox.slack_workspace.stage import Stage


async def test_a_dropped_answer_leaves_the_post_behind(stage: Stage) -> None:
    await stage.http.post(
        "/sandbox/faults", json=[{"match": "chat.postMessage", "fault": "drop", "count": 1}]
    )
    form = {"channel": "C0DEPLOYS", "text": "landed", "token": "xoxb-sandbox"}
    with pytest.raises(httpx.HTTPError):
        await stage.http.post("/api/chat.postMessage", data=form)
    assert [m["text"] for m in (await stage.channel("deploys"))["messages"]] == ["landed"]


async def test_a_forced_rate_limit_is_not_held_against_the_app(stage: Stage) -> None:
    await stage.http.post("/sandbox/faults", json=[{"match": "auth.test", "fault": "ratelimited:7"}])
    answer = await stage.http.post("/api/auth.test", data={"token": "xoxb-sandbox"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json() == {"ok": False, "error": "ratelimited"}
    assert (await stage.state())["api"]["ratelimited"] == 0


async def test_faults_leave_the_page_and_the_controls_alone(stage: Stage) -> None:
    await stage.http.post("/sandbox/faults", json=[{"match": "", "fault": "status:503"}])
    assert (await stage.http.get("/", follow_redirects=True)).status_code == 200
    assert (await stage.http.get("/sandbox/state")).status_code == 200


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
async def test_controls_answer_to_this_machine_alone(stage: Stage, header: dict[str, str]) -> None:
    assert (await stage.http.get("/sandbox/state", headers=header)).status_code == 403


async def test_a_control_reads_its_body_strictly(stage: Stage) -> None:
    assert (await stage.refused("command", user="ana"))[0] == 400
    assert (await stage.refused("home", user="ana", colour="red"))[0] == 400


def test_an_app_has_slacks_three_seconds_and_three_retries() -> None:
    by_default = inspect.signature(create_app).parameters
    assert by_default["ack_seconds"].default == 3
    assert len(by_default["retry_delays"].default) == 3
