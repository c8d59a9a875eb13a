"""Where there is no browser, a test is skipped by name; where one is required, it fails."""

from pathlib import Path

import pytest

from tests.browser import NAMES, REQUIRED, installed_chromium, missing


def test_no_browser_is_a_skip_that_names_what_was_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="chromium-browser"):
        missing()


def test_no_browser_is_a_failure_where_one_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        missing()


@pytest.mark.parametrize("name", NAMES)
def test_a_chromium_is_found_by_any_of_its_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed_chromium() is None
    (tmp_path / name).touch(mode=0o755)
    assert installed_chromium() == str(tmp_path / name)
