"""The examples of the REST API page, as they are printed there, their slips mended where they would not parse."""

from typing import Any

Settings = dict[str, Any]

GIT = {
    "repoURL": "https://github.com/pulumi/examples.git",
    "branch": "refs/heads/master",
    "repoDir": "aws-ts-s3-folder",
}
EXECUTOR: Settings = {"executorContext": {"executorImage": "pulumi/pulumi-nodejs:latest"}}


def _source(**auth: Any) -> Settings:
    return {"sourceContext": {"git": {**GIT, **({"gitAuth": auth} if auth else {})}}}


def _basic(user: str, password: str) -> Settings:
    return _source(basicAuth={"userName": user, "password": {"secret": password}})


PUBLIC = _source()
SSH = _source(sshAuth={"sshPrivateKey": {"secret": "myPrivateKey"}, "password": {"secret": "myPassword"}})
BASIC = _basic("myUserName", "myPassword")
TOKEN = _basic("git", "myAccessToken")

PRE_RUN: Settings = {
    "operationContext": {
        "preRunCommands": ["go get sigs.k8s.io/kind@v0.16.0"],
        "environmentVariables": {
            "AWS_REGION": "us-east-2",
            "CUSTOM_VARIABLE": "foo",
            "MY_PASSWORD": {"secret": "my-secret-password"},
        },
    }
}
POETRY: Settings = {
    "operationContext": {
        "preRunCommands": ["curl -sSL https://install.python-poetry.org | python3", "poetry install"],
        "environmentVariables": {"POETRY_HOME": "/usr/local"},
        "options": {"skipInstallDependencies": True},
    }
}
NVM: Settings = {
    "operationContext": {
        "preRunCommands": [
            "node --version",
            "curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.39.2/install.sh | bash",
            "nvm use 17 && yarn",
        ],
        "environmentVariables": {"NODE_VERSION": "17"},
        "options": {"skipInstallDependencies": True},
    }
}
OIDC: Settings = {
    "operationContext": {
        "environmentVariables": {"AWS_REGION": "us-west-2"},
        "oidc": {
            "aws": {
                "roleArn": "arn:aws:iam::123456789000:role/pulumi-deploy-role",
                "sessionName": "pulumi-deploy-session",
            }
        },
    }
}

_PATHS = ["pulumi-programs/bucket-time/**", "!pulumi/programs/bucket-time/README.md"]


def _github(*, deploy: bool) -> Settings:
    return {
        "gitHub": {
            "repository": "pulumi/deploy-demos",
            "deployCommits": deploy,
            "previewPullRequests": True,
            "pullRequestTemplate": False,
            "paths": _PATHS,
        }
    }


PUSH_TO_DEPLOY = _github(deploy=True)
PREVIEWS_ONLY = _github(deploy=False)
SOURCE_CONTROL_ONLY: Settings = {"gitHub": {"repository": "pulumi/deploy-demos"}}

SETTINGS: dict[str, Settings] = {
    "executor image": EXECUTOR,
    "public repository": PUBLIC,
    "SSH": SSH,
    "basic authentication": BASIC,
    "access token": TOKEN,
    "pre-run commands and variables": PRE_RUN,
    "poetry": POETRY,
    "another version of node": NVM,
    "OIDC with AWS": OIDC,
    "push-to-deploy": PUSH_TO_DEPLOY,
    "previews only": PREVIEWS_ONLY,
    "source control only": SOURCE_CONTROL_ONLY,
}

_REQUEST_SOURCE = {
    "git": {
        "repoURL": "https://github.com/pulumi/deploy-demos.git",
        "branch": "refs/heads/demo",
        "repoDir": "pulumi-programs/aws-ts-s3",
    }
}
_AWS = {
    "AWS_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "$AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY": "$AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN": "$AWS_SESSION_TOKEN",
}
CURRENT: Settings = {
    "sourceContext": _REQUEST_SOURCE,
    "operationContext": {"preRunCommands": ['echo "hello world"'], "environmentVariables": _AWS},
}
"""What "Get Settings" answers, and what "Patch Settings" starts from."""

_ROLE = {"aws": {"roleArn": "my-role-arn", "sessionName": "pulumi-deploy"}}
PATCH: Settings = {
    "sourceContext": {"git": {"repoURL": None}},
    "operationContext": {
        "preRunCommands": ['echo "bonjour"'],
        "environmentVariables": {
            "AWS_ACCESS_KEY_ID": None,
            "AWS_SECRET_ACCESS_KEY": None,
            "AWS_SESSION_TOKEN": None,
        },
        "oidc": _ROLE,
    },
    "gitHub": {"repository": "pulumi/deploy-demos"},
}
PATCHED: Settings = {
    "sourceContext": {"git": {"branch": "refs/heads/demo", "repoDir": "pulumi-programs/aws-ts-s3"}},
    "operationContext": {
        "preRunCommands": ['echo "bonjour"'],
        "environmentVariables": {"AWS_REGION": "us-west-2"},
        "oidc": _ROLE,
    },
    "gitHub": {"repository": "pulumi/deploy-demos"},
}

CREATE_INHERITING: Settings = {"operation": "update"}
CREATE_MERGED: Settings = {
    "operation": "update",
    "operationContext": {"environmentVariables": {"AWS_REGION": "us-east-1"}},
}
CREATE_ALONE: Settings = {"operation": "update", "inheritSettings": False, **CURRENT}
