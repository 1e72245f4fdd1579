"""State machines started, asked after, and told that the wait is over."""

import json
import logging
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from morfx.domain.delivery import PromisedTurn
from morfx.domain.errors import Unavailable
from morfx.domain.timer import Timer, TimerPurpose, whole_seconds

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

logger = logging.getLogger(__name__)

#: A wait that ended before we could end it.
_ALREADY_OVER = {"InvalidToken", "TaskDoesNotExist", "TaskTimedOut"}


class StepFunctions:
    """Inputs carry ids, numbers and instants; never a word of anybody's (decision 36)."""

    def __init__(
        self,
        *,
        message_sequence_arn: str = "",
        data_collection_timer_arn: str = "",
        promos_timer_arn: str = "",
        queue_delay: timedelta = timedelta(0),
    ) -> None:
        """``queue_delay``: what the queue of turns adds to every expiry, so that it sets out
        that much before its instant."""
        self._message_sequence_arn = message_sequence_arn
        self._timer_arns: dict[TimerPurpose, str] = {
            "data-collection": data_collection_timer_arn,
            "promos": promos_timer_arn,
        }
        self._queue_delay = queue_delay

    def start_sequence(self, turn: PromisedTurn, *, attempt: str = "") -> None:
        name = f"{turn.turn_id}-{attempt}" if attempt else str(turn.turn_id)
        self._start(
            self._message_sequence_arn,
            name,
            {
                "workspace_id": str(turn.workspace_id),
                "conversation_id": str(turn.conversation_id),
                "turn_id": str(turn.turn_id),
            },
        )

    def start_timer(self, timer: Timer, *, now: datetime) -> None:
        self._start(
            self._timer_arns[timer.purpose],
            timer.execution_name,
            {
                "workspace_id": str(timer.workspace_id),
                "conversation_id": str(timer.conversation_id),
                "session_id": str(timer.session_id),
                "timer_id": str(timer.id),
                "generation": timer.generation,
                **self._wait(timer, now),
            },
        )

    def is_running(self, timer: Timer) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        machine_arn = self._timer_arns[timer.purpose]
        execution_arn = machine_arn.replace(":stateMachine:", ":execution:")
        try:
            found = self._client.describe_execution(
                executionArn=f"{execution_arn}:{timer.execution_name}"
            )
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "ExecutionDoesNotExist":
                return False
            raise Unavailable("Step Functions did not answer") from exc
        except BotoCoreError as exc:
            raise Unavailable("Step Functions did not answer") from exc
        return found["status"] == "RUNNING"

    def tell(self, timer: Timer, *, now: datetime) -> None:
        """An optimisation: the row has moved already, and whoever wakes late asks the row."""
        from botocore.exceptions import BotoCoreError, ClientError

        if timer.task_token is None:
            return
        standing = {
            "status": timer.status,
            "outcome": timer.end_reason or "waiting",
            **self._wait(timer, now),
        }
        try:
            self._client.send_task_success(taskToken=timer.task_token, output=json.dumps(standing))
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _ALREADY_OVER:
                logger.warning("a wait could not be told", exc_info=True)
        except BotoCoreError:
            logger.warning("a wait could not be told", exc_info=True)

    def _wait(self, timer: Timer, now: datetime) -> dict[str, str | int]:
        """What an execution must know to wait for the row's instant."""
        wake_at = timer.due_at - self._queue_delay
        return {
            "level": timer.level,
            "seconds": whole_seconds(wake_at, now),
            "due_at": timer.due_at.astimezone(UTC).isoformat(),
            "wake_at": f"{wake_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        }

    def _start(self, arn: str, name: str, body: dict[str, str | int]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(body))
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "ExecutionAlreadyExists":
                return
            raise Unavailable("Step Functions did not start the execution") from exc
        except BotoCoreError as exc:
            raise Unavailable("Step Functions did not answer") from exc

    @cached_property
    def _client(self) -> "SFNClient":
        import boto3
        from botocore.config import Config

        patience = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        client: SFNClient = boto3.client("stepfunctions", config=patience)
        return client
