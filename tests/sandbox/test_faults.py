"""Faults over a real uvicorn: what a client sees, and whether the work was done."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import FaultMiddleware, Faults, fault_routes, parse_rule


@dataclass
class Service:
    """A served app that counts the work it did."""

    url: str = ""
    worked: list[str] = field(default_factory=list)


@contextmanager
def serving(app: FaultMiddleware) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    service = Service()
    faults = Faults(seed=1)

    async def work(request: Request) -> Response:
        service.worked.append((await request.body()).decode())
        return PlainTextResponse("done")

    routes = [Route("/api/work", work, methods=["GET", "POST"]), *fault_routes(faults)]
    with serving(FaultMiddleware(Starlette(routes=routes), faults)) as url:
        service.url = url
        yield service


@pytest.fixture
def client(running: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url) as client:
        running.worked.clear()
        client.delete("/sandbox/faults")
        yield client


def set_fault(client: httpx.Client, fault: str, **more: object) -> None:
    assert (
        client.post("/sandbox/faults", json=[{"match": "/api/", "fault": fault, **more}]).status_code == 200
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_reset_cuts_the_connection_before_the_work(
    client: httpx.Client, running: Service, method: str
) -> None:
    set_fault(client, "reset", count=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.request(method, "/api/work", content=b"x" if method == "POST" else None)
    assert running.worked == []
    assert client.request(method, "/api/work").text == "done"


def test_a_drop_does_the_work_and_loses_the_answer(client: httpx.Client, running: Service) -> None:
    set_fault(client, "drop", count=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.post("/api/work", content=b"order")
    assert running.worked == ["order"]


def test_a_status_answers_the_services_error_body(client: httpx.Client, running: Service) -> None:
    set_fault(client, "status:503")
    answer = client.get("/api/work")
    assert answer.status_code == 503
    assert answer.json() == {"code": 503, "message": "Service Unavailable"}
    assert running.worked == []


def test_a_rate_limit_says_when_to_come_back(client: httpx.Client) -> None:
    set_fault(client, "ratelimited:7")
    answer = client.get("/api/work")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(("fault", "status"), [("html", 502), ("html:200", 200)])
def test_html_comes_where_json_was_expected(client: httpx.Client, fault: str, status: int) -> None:
    set_fault(client, fault)
    answer = client.get("/api/work")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_a_delay_outlasts_an_impatient_client_and_its_work_is_done_all_the_same(
    client: httpx.Client, running: Service
) -> None:
    set_fault(client, "delay:1.5")  # long enough for a slow machine to have the body before the client goes
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/work", content=b"late", timeout=0.7)
    for _ in range(100):
        if running.worked:
            break
        time.sleep(0.05)
    assert running.worked == ["late"]


def test_a_short_delay_still_answers(client: httpx.Client) -> None:
    set_fault(client, "delay:0.01")
    assert client.get("/api/work").text == "done"


def test_a_rule_with_a_count_ends_by_itself(client: httpx.Client) -> None:
    set_fault(client, "status:500", count=2)
    assert [client.get("/api/work").status_code for _ in range(3)] == [500, 500, 200]


def test_controls_are_never_hit(client: httpx.Client) -> None:
    client.post("/sandbox/faults", json=[{"match": ".*", "fault": "status:500"}])
    assert client.get("/sandbox/faults").json()["rules"] == [
        {"match": ".*", "fault": "status:500", "rate": 1.0, "left": None}
    ]


def test_a_rule_matches_method_and_path(client: httpx.Client) -> None:
    client.post("/sandbox/faults", json=[{"match": "^POST /api/w", "fault": "status:500"}])
    assert client.get("/api/work").status_code == 200
    assert client.post("/api/work").status_code == 500


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "reset"},
        {"match": "/", "fault": "meteor"},
        {"match": "/", "fault": "status"},
        {"match": "/", "fault": "status:99"},
        {"match": "/", "fault": "delay:long"},
        {"match": "/", "fault": "reset", "rate": 2},
        {"match": "/", "fault": "reset", "count": 0},
        {"match": "(", "fault": "reset"},
        {"match": "/", "fault": "reset", "often": True},
        "reset",
    ],
)
def test_a_bad_rule_is_refused_and_nothing_changes(client: httpx.Client, rule: object) -> None:
    answer = client.post("/sandbox/faults", json=[{"match": "/", "fault": "reset"}, rule])
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert client.get("/sandbox/faults").json()["rules"] == []


def test_the_same_seed_meets_the_same_faults() -> None:
    def outcomes(seed: int) -> list[bool]:
        faults = Faults(seed=seed)
        faults.add([{"match": "/", "fault": "reset", "rate": 0.5}])
        return [faults.take("GET /api") is not None for _ in range(50)]

    assert outcomes(3) == outcomes(3)
    assert outcomes(3) != outcomes(4)
    assert 10 < sum(outcomes(3)) < 40


def test_a_rule_without_rate_and_count_always_fires() -> None:
    rule = parse_rule({"match": "GET", "fault": "drop"})
    assert (rule.rate, rule.left) == (1.0, None)
