"""What placeholders in a run's log stand for: the deployment itself, its source, its image and its clouds."""

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.pulumi_cloud import deployment_settings
from sandbox.pulumi_cloud.deployment_settings import Settings
from sandbox.pulumi_cloud.model import Deployment

__all__ = ["facts_for_logs"]

_DEFAULT_IMAGE = "pulumi/pulumi:latest"
_DEFAULT_LIFETIME = "1h0m0s"


def facts_for_logs(public_url: str) -> Callable[[Deployment], dict[str, str]]:
    """A function from a deployment to the facts of its log."""

    def facts(deployment: Deployment) -> dict[str, str]:
        return {
            **_run(deployment, public_url),
            **_source(deployment),
            **_executor(deployment.settings),
            **dict(_clouds(deployment.settings)),
        }

    return facts


def _run(deployment: Deployment, public_url: str) -> dict[str, str]:
    return {
        "org": deployment.ref.org,
        "project": deployment.ref.project,
        "stack": deployment.ref.stack,
        "version": str(deployment.version),
        "update": str(deployment.update_version),
        "update_url": f"{public_url}/{deployment.ref}/updates/{deployment.update_version}",
        "preview_url": f"{public_url}/{deployment.ref}/previews/{deployment.update_id}",
    }


def _source(deployment: Deployment) -> dict[str, str]:
    settings = deployment.settings
    address = deployment_settings.repository(settings) or ""
    git = _at(settings, "sourceContext", "git")
    pinned = deployment_settings.commit(settings) or ""
    branch = deployment_settings.branch(settings).removeprefix("refs/heads/")
    return {
        "repo": address,
        "repo_name": address.rpartition("/")[2].removesuffix(".git"),
        "branch": branch,
        "commit": deployment.commit,
        "short": deployment.commit[:7],
        "pinned": pinned,
        "follows": "" if pinned else branch,
        "dir": str(git.get("repoDir") or ""),
        "git_auth": _git_auth(git),
        "github": "" if git.get("repoURL") else str(_at(settings, "gitHub").get("repository") or ""),
    }


def _git_auth(git: dict[str, Any]) -> str:
    match git.get("gitAuth"):
        case {"sshAuth": {"password": _}}:
            return "an SSH key with a password"
        case {"sshAuth": {**key}} if key:
            return "an SSH key"
        case {"basicAuth": {"userName": str(name)}}:
            return f"basic authentication as {name}"
        case {"basicAuth": {**user}} if user:
            return "basic authentication"
        case {"accessToken": {**token}} if token:
            return "an access token"
    return ""


def _executor(settings: Settings) -> dict[str, str]:
    image, user = deployment_settings.image(settings)
    root = _at(settings, "executorContext").get("executorRootPath")
    return {"image": image or _DEFAULT_IMAGE, "image_user": user, "root": str(root or "")}


def _clouds(settings: Settings) -> Iterator[tuple[str, str]]:
    """`aws_role`, `azure_client`, `gcp_account` and the like; `aws`, `azure` and `gcp` say that there is such a cloud."""
    for cloud, names in _CLOUDS.items():
        given = _at(settings, "operationContext", "oidc", cloud)
        if given:
            yield cloud, cloud
            yield from ((f"{cloud}_{fact}", str(given.get(name) or "")) for fact, name in names.items())
            lifetime = given.get("duration") or given.get("tokenLifetime")
            yield f"{cloud}_lifetime", str(lifetime or _DEFAULT_LIFETIME)
            policies = given.get("policyArns") or ()
            yield f"{cloud}_policies", ", ".join(policies)


_CLOUDS = {
    "aws": {"role": "roleArn", "session": "sessionName"},
    "azure": {"client": "clientId", "tenant": "tenantId", "subscription": "subscriptionId"},
    "gcp": {
        "account": "serviceAccount",
        "pool": "workloadPoolId",
        "provider": "providerId",
        "project": "projectId",
        "region": "region",
    },
}


def _at(settings: Settings, *path: str) -> dict[str, Any]:
    value: Any = settings
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
