"""The one template, deployed by the real `sam deploy`."""

import subprocess
from pathlib import Path

from local.aws import Aws
from local.folders import SAM
from local.programs import plain_environment
from local.settings import ROOT

STACK = "morfx"
_ARTIFACTS = "morfx-artifacts"


class DeploymentError(Exception):
    """The stack could not be created; the message ends with what SAM said last."""


def deploy(aws: Aws, parameters: dict[str, str], log: Path) -> dict[str, str]:
    """Create the stack and return its outputs."""
    aws.ensure_bucket(_ARTIFACTS)
    with log.open("w+") as output:
        done = subprocess.run(
            [*_command(), "--parameter-overrides", *map(_override, parameters.items())],
            cwd=ROOT,
            env=plain_environment() | aws.environment | _SAM_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            output.seek(0)
            raise DeploymentError(f"sam deploy failed, see {log}\n{output.read()[-2000:]}")
    return aws.outputs(STACK)


_SAM_ENVIRONMENT = {
    "SAM_CLI_TELEMETRY": "0",
    "SAM_CLI_POLL_DELAY": "0.3",  # seconds between looks at the stack; five is for AWS
    "PYTHONWARNINGS": "ignore",
}


def _command() -> list[str]:
    return [
        *(str(SAM), "deploy", "--template-file", str(ROOT / "template.yaml")),
        *("--stack-name", STACK, "--s3-bucket", _ARTIFACTS, "--no-resolve-s3"),
        *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
        *("--no-confirm-changeset", "--no-progressbar", "--no-fail-on-empty-changeset"),
    ]


def _override(parameter: tuple[str, str]) -> str:
    name, value = parameter
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'
