"""A lived-in workspace for looking at: a deployment, its thread, a failure, an approval, an ephemeral, a Home tab."""

from tests.sandbox.slack_workspace.page.scene import Scene, section
from tests.sandbox.slack_workspace.page.tour_blocks import (
    EXCERPT,
    MARKDOWN,
    PLAN,
    RICH,
    approval,
    card,
    failed_card,
    home,
    status_table,
)


def furnish(scene: Scene) -> None:
    """Say it all, minutes apart, ending at the scene's clock."""
    end = scene.now[0]

    def at(seconds_ago: float) -> None:
        scene.now[0] = end - seconds_ago

    at(90000)
    scene.post("Morning all. The image service moves to the new cluster today :ship:", user="U0BEN")
    at(89900)
    scene.post("Great! Please go through `/pulumi deploy`, then <#C0DEPLOYS> has the record.", user="U0ANA")
    at(900)
    scene.post("Deploying *api/dev* with the new bucket policy, cc <@U0ANA>", user="U0CLEO")
    at(840)
    failed = scene.post("Update of acme/api/dev failed", blocks=failed_card())
    at(760)
    scene.post(":white_check_mark: *Get source* took 2 s", thread_ts=failed.ts)
    scene.post(":white_check_mark: *Install dependencies* took 22 s", thread_ts=failed.ts)
    at(700)
    scene.post(f":x: *pulumi update* failed after 48 s\n```{EXCERPT}```", thread_ts=failed.ts)
    log = scene.upload(
        "acme-api-dev-41.log", "\n".join(f"{n:>3} @ Updating.... line {n}" for n in range(1, 60))
    )
    scene.post("The full log", thread_ts=failed.ts, files=[log])
    at(650)
    scene.post(
        "Public policies are blocked on that account, I'll fix the policy :+1:",
        user="U0CLEO",
        thread_ts=failed.ts,
    )
    at(320)
    running = scene.post("Update of acme/web/staging", blocks=card(int(end) - 320))
    scene.edit(running)
    scene.post(":white_check_mark: *Get source* took 3 s", thread_ts=running.ts)
    at(60)
    scene.post("acme/web/prod waits for approval", blocks=approval())
    at(40)
    scene.post("3 stacks", channel="C0PROD", blocks=[section("*What runs, waits or failed*"), status_table()])
    scene.post("", channel="C0PROD", blocks=[PLAN, MARKDOWN, RICH])
    at(10)
    scene.post(
        "There is no stack `web/stagin`. Did you mean *web/staging*?",
        ephemeral_to="U0ANA",
    )
    at(0)
    scene.publish_home("U0ANA", home(int(end) - 80000))
