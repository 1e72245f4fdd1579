"""An emulator of a test's own, with a probe function deployed."""

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import boto3
from botocore.config import Config

from local.aws import REGION
from local.folders import EMULATOR_PYTHON, FUNCTIONS_PYTHON
from local.ports import free_port
from local.process_table import end_leftovers
from local.programs import Program, plain_environment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

PROBE = Path(__file__).with_name("probe") / "app.py"
ROLE = "arn:aws:iam::000000000000:role/any"
_ONCE = Config(retries={"total_max_attempts": 1}, inject_host_prefix=False)

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], seconds: float = 15) -> Found:
    """What `look` finds, as soon as it finds anything."""
    patience_ends = monotonic() + seconds
    while not (found := look()):
        assert monotonic() < patience_ends, "waited in vain"
        sleep(0.05)
    return found


@dataclass
class RunningEmulator:
    folder: Path
    environments: int = 4
    port: int = field(default_factory=lambda: free_port(0))
    front_door: int = field(default_factory=lambda: free_port(0))

    def start(self) -> "RunningEmulator":
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {
            "--port": self.port,
            "--front-door": self.front_door,
            "--state": self.folder / "state",
            "--logs": self.folder / "logs",
            "--functions-python": FUNCTIONS_PYTHON,
            "--environments": self.environments,
        }
        words = [str(word) for option in options.items() for word in option]
        self.program = Program.start(
            "emulator",
            [EMULATOR_PYTHON, "-m", "local.emulator", *words],
            log=self.folder / "emulator.log",
            env=plain_environment() | {"SECRET_OF_THE_SHELL": "hush"},
        )
        self.program.wait_for_port(self.port)
        return self

    def kill(self) -> None:
        """As `kill -9` does."""
        self.program.process.kill()
        self.program.process.wait()
        end_leftovers(self.folder / "state")

    def stop(self) -> None:
        self.program.stop()
        end_leftovers(self.folder / "state")

    @property
    def diary(self) -> Path:
        """Where the probe writes down which message it began and ended when."""
        return self.folder / "diary"

    @cached_property
    def queues(self) -> "SQSClient":
        client: SQSClient = self._client("sqs")
        return client

    @cached_property
    def functions(self) -> "LambdaClient":
        client: LambdaClient = self._client("lambda")
        return client

    @cached_property
    def machines(self) -> "SFNClient":
        client: SFNClient = self._client("stepfunctions")
        return client

    @cached_property
    def stacks(self) -> "CloudFormationClient":
        client: CloudFormationClient = self._client("cloudformation")
        return client

    @cached_property
    def objects(self) -> "S3Client":
        client: S3Client = self._client("s3")
        return client

    def deploy_probe(self, name: str = "probe", timeout: int = 10) -> str:
        """Its ARN."""
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as package:
            package.write(PROBE, "app.py")
        return self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="app.handler",
            Role=ROLE,
            Code={"ZipFile": code.getvalue()},
            Timeout=timeout,
            Environment={"Variables": {"PROBE_DIARY": str(self.diary)}},
        )["FunctionArn"]

    def invoke(self, event: dict[str, Any], function: str = "probe") -> Any:
        response = self.functions.invoke(FunctionName=function, Payload=json.dumps(event))
        return json.load(response["Payload"])

    def create_queue(self, name: str | None = None, **attributes: str) -> str:
        """A FIFO queue's URL."""
        wanted: Any = {"FifoQueue": "true", **attributes}
        return self.queues.create_queue(QueueName=name or f"{uuid4().hex}.fifo", Attributes=wanted)[
            "QueueUrl"
        ]

    def arn_of_queue(self, url: str) -> str:
        attributes = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return attributes["Attributes"]["QueueArn"]

    def send(self, url: str, body: str, group: str = "one", once: str | None = None) -> str:
        """The message's id."""
        return self.queues.send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageGroupId=group,
            MessageDeduplicationId=once or uuid4().hex,
        )["MessageId"]

    def receive(self, url: str, seconds: int = 0) -> list[Any]:
        found = self.queues.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds
        )
        return list(found.get("Messages", []))

    def diary_entries(self) -> list[list[str]]:
        """Each is [time, begin|end, group, body]."""
        with suppress(FileNotFoundError):
            return [line.split() for line in self.diary.read_text().splitlines()]
        return []

    def _client(self, service: str) -> Any:
        session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION
        )
        endpoint = f"http://127.0.0.1:{self.port}"
        return session.client(service, endpoint_url=endpoint, config=_ONCE)
