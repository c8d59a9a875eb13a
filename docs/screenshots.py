"""`make screenshots`: the pictures of the README, taken in a real Chromium of the real product running in the sandbox."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page

from sandbox.pulumi_driver import PulumiDriver
from sandbox.slack_driver import SlackDriver
from sandbox.world import Ports, World, running
from tests.browser import chromium, opened

HERE = Path(__file__).parent / "img"
SIZE = {"width": 1280, "height": 800}
# Milliseconds and seconds: deployments run at the speed of life here.
PATIENCE = 60_000
LONG = 60.0
CROWD = ("auth/dev", "billing/dev", "docs/dev", "images/dev", "mail/dev", "search/dev", "users/dev")


class Studio:
    """One browser at one running world."""

    def __init__(self, browser: Browser, world: World, slack: SlackDriver, pulumi: PulumiDriver) -> None:
        self._browser = browser
        self._world = world
        self._slack = slack
        self._pulumi = pulumi

    async def shoot_all(self) -> None:
        """Every picture, in the order of the README."""
        await self.deployment_and_failure()
        await self.approval()
        await self.cancel()
        await self.log()
        await self.home()
        await self.board()
        await self.settings()

    async def deployment_and_failure(self) -> None:
        """A card that succeeded, one that failed, and the thread that says why."""
        await self._slack.command("ana", "deploys", "deploy web/dev")
        await self._card("deploys", "web/dev", "succeeded")
        await self._slack.command("ben", "deploys", "deploy api/dev")
        failed = await self._card("deploys", "api/dev", "failed")
        page = await self._page(f"/c/deploys/t/{failed['ts']}", "ana")
        await page.get_by_test_id("thread").get_by_text("other lines left out").wait_for(timeout=PATIENCE)
        await self._picture(page, "deploys")

    async def approval(self) -> None:
        """Production waits for other people, who see what a preview found before they vote."""
        await self._slack.command("ana", "prod", 'deploy data/prod --reason "monthly schema change"')
        await self._card("prod", "data/prod", "waiting for approval")
        await self._picture(await self._page("/c/prod", "ben"), "approval")

    async def cancel(self) -> None:
        """A dangerous button asks first, and says what it can do."""
        await self._slack.command("dev", "deploys", "deploy web/staging")
        await self._card("deploys", "web/staging", "running")
        page = await self._page("/c/deploys", "dev")
        await page.get_by_role("button", name="Cancel web/staging").last.click()
        await page.get_by_test_id("confirm").wait_for(timeout=PATIENCE)
        await self._picture(page, "cancel")
        await page.get_by_test_id("confirm-yes").click()
        await self._card("deploys", "web/staging", "canceled by")

    async def log(self) -> None:
        """The log, without leaving Slack."""
        page = await self._page("/c/deploys", "ana")
        await page.get_by_role("button", name="Logs of api/dev").first.click()
        await page.get_by_test_id("modal").get_by_text("Diagnostics").wait_for(timeout=PATIENCE)
        await self._picture(page, "log")

    async def home(self) -> None:
        """What runs, waits and is paused, on the bot's own page."""
        await self._slack.command("cleo", "deploys", "pause api/staging")
        await self._slack.command("ana", "prod", "deploy api/prod")
        await self._card("prod", "api/prod", "approval")
        await self._slack.command("cleo", "deploys", "deploy web/staging")
        await self._card("deploys", "web/staging", "running")
        page = await self._page("/home", "ben")
        await page.get_by_test_id("home-view").get_by_text("web/staging").first.wait_for(timeout=PATIENCE)
        await self._picture(page, "home")

    async def board(self) -> None:
        """Many deployments in one channel share one message."""
        for stack in CROWD:
            await self._pulumi.put_stack(stack, "slow-success")
        for stack in CROWD:
            await self._slack.command("ana", "oncall", f"deploy {stack}")
        await self._card("oncall", "under way", "now pulumi update")
        page = await self._page("/c/oncall", "ben")
        await page.get_by_text("deployments under way").first.evaluate(
            "board => board.scrollIntoView({block: 'center'})"
        )
        await self._picture(page, "board")

    async def settings(self) -> None:
        """What a change of settings will change, before it is saved; a secret is shown to nobody."""
        await self._slack.command("cleo", "deploys", "settings web/dev")
        page = await self._page("/c/deploys", "cleo")
        modal = page.get_by_test_id("modal")
        await modal.get_by_role("button", name="Edit").click(timeout=PATIENCE)
        await modal.get_by_label("Branch").fill("next", timeout=PATIENCE)
        await modal.get_by_label("Variables").fill(
            "AWS_REGION=eu-north-1\nDATABASE_PASSWORD=(hidden)\nLOG_LEVEL=info"
        )
        await modal.get_by_label("Secrets").fill("NPM_TOKEN=not-to-be-seen")
        await modal.get_by_role("button", name="Review changes").click()
        await modal.get_by_text("Nothing is saved yet").wait_for(timeout=PATIENCE)
        await self._picture(page, "settings")

    async def _page(self, path: str, person: str) -> Page:
        page = await self._browser.new_page(viewport=SIZE)  # type: ignore[arg-type]  # a dict is what its TypedDict is
        return await opened(page, f"{self._world.slack}{path}?as={person}")

    async def _card(self, channel: str, *words: str) -> dict[str, object]:
        return await self._slack.message(
            channel, lambda one: all(word in one["text"] for word in words), within=LONG, what=" ".join(words)
        )

    async def _picture(self, page: Page, name: str) -> None:
        await page.wait_for_timeout(400)  # let the page settle: fonts, scroll
        await page.screenshot(path=HERE / f"{name}.png")
        print(f"docs/img/{name}.png")  # noqa: T201  a tool at a terminal


async def main() -> int:
    """Start the world, take the pictures, stop it."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        async with running(ports=Ports.free(), data=Path(data)) as world, chromium() as browser:
            slack, pulumi = SlackDriver(world.slack), PulumiDriver(world.pulumi)
            await Studio(browser, world, slack, pulumi).shoot_all()
            await slack.aclose()
            await pulumi.aclose()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
