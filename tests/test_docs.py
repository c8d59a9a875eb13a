"""What the documents say is so."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.domain import policy_file
from bot.domain.policy_rules import RULE_KEYS
from bot.domain.rules import OPERATIONS, Policy
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(
    "block", re.findall(r"```toml\n(.*?)```", (ROOT / "docs/policy.md").read_text(), re.DOTALL)
)
def test_every_policy_in_the_guide_is_one_that_loads(block: str) -> None:
    assert isinstance(policy_file.load(block, source="docs/policy.md"), Policy)


def test_the_guide_to_the_policy_names_all_that_a_rule_can_say() -> None:
    text = (ROOT / "docs/policy.md").read_text()
    named = set(re.findall(r"`([a-z-]+)`", text)) | set(re.findall(r"\b([a-z_]+) = ", text))
    assert OPERATIONS.keys() - {"update"} - named == set()
    assert set(RULE_KEYS) - named == set()


def test_the_readme_names_every_setting() -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "README.md").read_text()))
    settings = {field.name.upper() for field in fields(Settings)}
    assert settings - named == set()


def test_the_pictures_of_the_readme_are_all_taken_by_the_script() -> None:
    taken = set(re.findall(r'_picture\(.*"(\w+)"\)', (ROOT / "docs/screenshots.py").read_text()))
    assert {picture.stem for picture in (ROOT / "docs/img").glob("*.png")} == taken
