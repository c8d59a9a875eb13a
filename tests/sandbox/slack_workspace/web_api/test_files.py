import pytest

from tests.sandbox.slack_workspace.stage import Stage


async def test_a_file_goes_up_in_three_steps_into_a_thread(stage: Stage) -> None:
    parent = await stage.post()
    await stage.client.files_upload_v2(
        filename="log.txt", content="line 1\nline 2\n", title="The log", channel="C0DEPLOYS", thread_ts=parent,
        initial_comment="all of it",
    )  # fmt: skip
    (message,) = (await stage.channel("deploys"))["messages"]
    (reply,) = message["replies"]
    (file,) = reply["files"]
    assert reply["text"] == "all of it"
    assert (file["name"], file["title"], file["content"]) == ("log.txt", "The log", "line 1\nline 2\n")


async def test_a_file_must_have_the_length_that_was_announced(stage: Stage) -> None:
    ticket = await stage.client.files_getUploadURLExternal(filename="a.txt", length=5)
    refused = await stage.http.post(ticket["upload_url"], content=b"longer than that")
    assert refused.status_code == 400
    files = [{"id": ticket["file_id"]}]
    assert (await stage.error("files.completeUploadExternal", files=files))["error"] == "file_not_found"


async def test_a_file_is_completed_once(stage: Stage) -> None:
    ticket = await stage.client.files_getUploadURLExternal(filename="a.txt", length=2)
    await stage.http.post(ticket["upload_url"], files={"file": ("a.txt", b"hi")})
    files = [{"id": ticket["file_id"], "title": "A"}]
    done = await stage.client.files_completeUploadExternal(files=files)
    assert done["files"][0]["title"] == "A"
    assert (await stage.error("files.completeUploadExternal", files=files))["error"] == "file_not_found"


async def test_an_upload_needs_a_name_and_a_length(stage: Stage) -> None:
    assert (await stage.error("files.getUploadURLExternal", length=5))["error"] == "invalid_arguments"
    assert (await stage.error("files.getUploadURLExternal", filename="a", length=0))[
        "error"
    ] == "invalid_arguments"


async def test_a_snippet_has_a_megabyte(stage: Stage) -> None:
    snippet = {"filename": "a.txt", "snippet_type": "text"}
    ticket = await stage.client.api_call("files.getUploadURLExternal", json={**snippet, "length": 1_000_000})
    assert ticket["ok"]
    refused = await stage.error("files.getUploadURLExternal", **snippet, length=1_000_001)
    assert refused["error"] == "snippet_too_large"


async def test_an_upload_address_is_used_as_it_was_given(stage: Stage) -> None:
    ticket = await stage.client.files_getUploadURLExternal(filename="a.txt", length=2)
    guessed = ticket["upload_url"].rpartition("/")[0] + "/guessed"
    assert (await stage.http.post(guessed, content=b"hi")).status_code == 404
    assert (await stage.http.post(ticket["upload_url"], content=b"hi")).status_code == 200
    assert (await stage.http.post(ticket["upload_url"], content=b"hi")).status_code == 404
    assert (await stage.state())["api"]["methods"]["upload"]["violations"] == 2


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("#deploys", "channel_not_found"),
        ("U0ANA", "channel_not_found"),
        ("C0RANDOM", "not_in_channel"),
        ("C0ARCHIVE", "is_archived"),
    ],
)
async def test_a_file_is_shared_into_a_channel_of_the_bots_by_its_id(
    stage: Stage, channel: str, error: str
) -> None:
    ticket = await stage.client.files_getUploadURLExternal(filename="a.txt", length=2)
    await stage.http.post(ticket["upload_url"], content=b"hi")
    files = [{"id": ticket["file_id"]}]
    refused = await stage.error("files.completeUploadExternal", files=files, channel_id=channel)
    assert refused["error"] == error
