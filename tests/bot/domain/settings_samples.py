"""Settings and forms that tests try things on."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bot.domain.settings_form import FIELDS, ON, Edits, Kind

HUSH = "hunter2-correct-horse"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----\n"
MASKED = {"secret": "[secret]", "ciphertext": "AAABB="}
FULL: dict[str, Any] = {
    "sourceContext": {
        "git": {
            "repoURL": "https://github.com/acme/web.git",
            "branch": "refs/heads/main",
            "repoDir": "infra",
            "gitAuth": {"basicAuth": {"userName": "git", "password": MASKED}},
        }
    },
    "operationContext": {
        "preRunCommands": ["npm ci", "npm test"],
        "environmentVariables": {"REGION": "eu-west-1", "EMPTY": "", "DB_PASSWORD": MASKED},
        "options": {"skipInstallDependencies": True, "shell": "bash"},
        "oidc": {
            "aws": {
                "roleArn": "arn:aws:iam::123456789012:role/deploy",
                "sessionName": "pulumi",
                "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            },
            "gcp": {
                "projectId": "123456",
                "workloadPoolId": "pool",
                "providerId": "pulumi",
                "serviceAccount": "deploy@acme.iam.gserviceaccount.com",
            },
        },
    },
    "executorContext": {
        "executorImage": {
            "reference": "acme/runner:1",
            "credentials": {"username": "bot", "password": MASKED},
        }
    },
    "agentPoolID": "pool-7",
    "source": "api",
    "version": 3,
}
BY_GITHUB: dict[str, Any] = {
    "sourceContext": {"git": {"branch": "refs/heads/main"}},
    "gitHub": {"repository": "acme/web", "deployCommits": True, "paths": ["infra/**", "!infra/README.md"]},
}
_TEXT = st.text("abcxyz/.-", min_size=1, max_size=8)
_SECRET = st.text("qvw", min_size=3)
_CREDENTIALS = st.one_of(
    st.fixed_dictionaries({}, optional={"git_user": _TEXT | st.just(""), "git_password": _SECRET}),
    st.fixed_dictionaries({"ssh_key": st.just(KEY)}, optional={"ssh_password": _SECRET}),
    st.fixed_dictionaries({"no_git": st.just(ON)}),
    st.fixed_dictionaries({}, optional={"image_user": _TEXT | st.just(""), "image_password": _SECRET}),
)
_NAMES = st.sampled_from(["REGION", "DB_PASSWORD", "NEW", "secret", "LEVEL"])


@st.composite
def edits(draw: st.DrawFn) -> Edits:
    """Anything that the form lets through."""
    fields = {}
    for name in draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True, max_size=6)):
        kind = FIELDS[name].kind
        texts = {
            Kind.SWITCH: st.sampled_from([ON, ""]),
            Kind.LINE: _TEXT | st.just(""),
            Kind.LINES: st.lists(_TEXT, max_size=3).map("\n".join),
        }
        fields[name] = draw(texts[kind])
    variables = draw(st.dictionaries(_NAMES, _TEXT | st.none(), max_size=3))
    secrets = draw(st.dictionaries(_NAMES, _SECRET, max_size=2))
    plain = {name: value for name, value in variables.items() if name not in secrets}
    return Edits(fields, plain, secrets, draw(_CREDENTIALS))
