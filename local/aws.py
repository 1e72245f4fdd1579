"""The house as a client of the AWS it runs: credentials, secrets, invocations."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_stepfunctions import SFNClient

REGION = "us-east-1"

_PATIENT = Config(read_timeout=120, retries={"total_max_attempts": 1})


class InvocationError(Exception):
    """A function the house called at its start failed; the message is the function's own."""


class Aws:
    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        )

    @property
    def environment(self) -> dict[str, str]:
        """What points any AWS program here and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def ensure_bucket(self, name: str) -> None:
        s3: S3Client = self._session.client("s3", endpoint_url=self.endpoint)
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=name)

    def create_secret(self, name: str, value: dict[str, str]) -> None:
        secrets: SecretsManagerClient = self._session.client(
            "secretsmanager", endpoint_url=self.endpoint
        )
        secrets.create_secret(Name=name, SecretString=json.dumps(value))

    def outputs(self, stack: str) -> dict[str, str]:
        stacks: CloudFormationClient = self._session.client(
            "cloudformation", endpoint_url=self.endpoint
        )
        (found,) = stacks.describe_stacks(StackName=stack)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}

    def resource(self, stack: str, logical_id: str) -> str:
        """The physical name of a resource of a stack."""
        stacks: CloudFormationClient = self._session.client(
            "cloudformation", endpoint_url=self.endpoint
        )
        found = stacks.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def state_machines(self) -> "SFNClient":
        client: SFNClient = self._session.client("stepfunctions", endpoint_url=self.endpoint)
        return client

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Call a function and wait for its answer."""
        functions: LambdaClient = self._session.client(
            "lambda", endpoint_url=self.endpoint, config=_PATIENT
        )
        response = functions.invoke(FunctionName=function, Payload=json.dumps(event))
        answer = json.load(response["Payload"])
        if "FunctionError" in response:
            raise InvocationError(
                f"{function}: {answer.get('errorType')}: {answer.get('errorMessage')}"
            )
        return answer
