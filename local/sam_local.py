"""python -m local.sam_local: each function in a real container, with its events, against a house.

Needs a Docker engine and what `make build` built. Containers reach this machine by the address of
their bridge only, so the house's ports are lent to it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from typing import Any

import psycopg
import yaml

from local.aws import Aws
from local.deployment import STACK
from local.folders import SAM, Folders
from local.forwarder import forwarded
from local.house import House
from local.machine import architecture
from local.programs import wait_until
from local.ready import Ready
from local.settings import ROOT, Settings
from local.signed_webhook import post_text

EVENTS = ROOT / "events"
BUILT = ROOT / ".aws-sam" / "build"

_BRIDGE = """
import docker
network = docker.from_env(timeout=5).networks.get("bridge")
print(network.attrs["IPAM"]["Config"][0]["Gateway"])
"""

_PARAMETERS = (
    f"Architecture={architecture()}",
    *("DatabaseUrl=elsewhere", "WhatsAppAppSecret=x", "WhatsAppVerifyToken=x"),
)

# The conversation, session, timer and its instant in the events; real ones stand in their place.
_EXAMPLES = (
    "01a1fe2b-7500-7a10-9c2e-5b7d1f0a3c11",
    "01a1fe2b-7611-7e02-8d4b-90c1a7e2f533",
    "01a1fe2b-7612-7b44-a1f6-3e5d8c90b277",
    "2026-11-20T17:10:00+00:00",
)

# The key in the events of the API; a real one stands in its place.
_EXAMPLE_KEY = "mx_3f9a1c0b7d2e_Jd0m3vQm7b0yqk2YtY2WqzqjS0uQk3q9b1Yw8c5nR4E"

# Two bubbles like one that was sent, promised by the turns of the events: an answer to the newest
# message, and a reminder that the customer's message has overtaken.
PROMISES = """
INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, type, text, status,
                      turn_id, position, purpose, template_ids, delay_seconds, answers_to_seq,
                      created_at)
SELECT gen_random_uuid(), workspace_id, conversation_id, channel_id, direction, 'text',
       promised.turn_id, 'queued', promised.turn_id::uuid, 0, promised.purpose, '[]', 0,
       promised.answers_to_seq, now() + '1 hour' -- housekeeping shall leave them alone
  FROM messages,
       (VALUES ('01a1fe2b-7610-7c9d-b3a5-c41e6f8d2a91', 'reply', 1),
               ('01a1fe2b-7610-7c9d-b3a5-c41e6f8d2a92', 'proactive', 0))
         AS promised (turn_id, purpose, answers_to_seq)
 WHERE conversation_id = %s AND direction = 'outbound' AND position = 0
"""


#: Whose timer is due while it is tried.
EXPIRY = "timer/expire"


@dataclass(frozen=True)
class Trial:
    """An event, and what its answer must hold."""

    function: str
    event: str
    expected: Mapping[str, Any]


TRIALS = (
    Trial("TimerFunction", "timer/await", {"outcome": "waiting"}),
    Trial("TimerFunction", EXPIRY, {"outcome": "expired"}),
    Trial("MessageHandlerFunction", "message_handler/health", {"statusCode": 200}),
    Trial("MessageHandlerFunction", "message_handler/verification", {"body": "1158201444"}),
    Trial("MessageHandlerFunction", "message_handler/text_message", {"statusCode": 200}),
    Trial("MessageHandlerFunction", "message_handler/bad_signature", {"statusCode": 401}),
    Trial("MessageHandlerFunction", "message_handler/batch", {"statusCode": 200}),
    Trial("MessageHandlerFunction", "message_handler/statuses", {"statusCode": 200}),
    Trial("MessageHandlerFunction", "message_handler/unknown_kind", {"statusCode": 200}),
    Trial("IntakeFunction", "intake/text_message", {"batchItemFailures": []}),
    Trial("IntakeFunction", "intake/batch", {"batchItemFailures": []}),
    Trial("IntakeFunction", "intake/statuses", {"batchItemFailures": []}),
    Trial("IntakeFunction", "intake/unknown_kind", {"batchItemFailures": []}),
    Trial("TurnFunction", "turn/customer_message", {"batchItemFailures": []}),
    Trial("TurnFunction", "turn/timer_expired", {"batchItemFailures": []}),
    Trial("SendFunction", "send/sent", {"outcome": "sent"}),
    Trial("SendFunction", "send/refused", {"outcome": "refused", "reason": "newer_inbound"}),
    Trial("SendFunction", "send/done", {"outcome": "done"}),
    Trial("HousekeepingFunction", "housekeeping/clock", {}),
    Trial("ConsoleFunction", "console/page", {"statusCode": 200}),
    Trial("AgentsApiFunction", "agents_api/message", {"statusCode": 200}),
    Trial("AgentsApiFunction", "agents_api/said", {"statusCode": 200}),
    # A session of WhatsApp's is none of the API's.
    Trial("AgentsApiFunction", "agents_api/session", {"statusCode": 404}),
    Trial("ApiKeysFunction", "api_keys/issue", {}),
    Trial("ApiKeysFunction", "api_keys/list", {}),
    Trial("MigrateFunction", "migrate/direct", {"applied": []}),
    Trial("OnboardFunction", "onboard/somnio", {}),
)


def main() -> int:
    bridge = _bridge()
    if bridge is None:
        print("· no Docker engine answers: nothing was tried in containers")
        return 0
    settings = Settings.from_environment(os.environ)
    own = replace(settings, folder=ROOT / ".local" / "sam-local", port=0, fresh=True)
    house = House(own, Folders(own.folder))
    try:
        ready = house.open()
        with forwarded(bridge, _ports(ready)):
            return _try_all(ready, bridge, own.folder)
    finally:
        house.close()


def _bridge() -> str | None:
    """The address under which containers find this machine."""
    found = subprocess.run(
        [SAM.with_name("python"), "-c", _BRIDGE], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() if found.returncode == 0 else None


def _ports(ready: Ready) -> set[int]:
    urls = (ready.aws_endpoint_url, ready.database_url, ready.whatsapp_api_url, ready.api)
    return {int(url.rpartition("127.0.0.1:")[2].split("/")[0]) for url in urls}


def _try_all(ready: Ready, bridge: str, folder: Path) -> int:
    containers = Containers(ready, bridge, folder)
    containers.prepare()
    examples = _real_ids(ready) | {_EXAMPLE_KEY: _real_key(ready)}
    failures = 0
    for trial in TRIALS:
        if trial.event == EXPIRY:
            examples |= _due_soon(ready, examples)
        event = _filled_in((EVENTS / f"{trial.event}.json").read_text(), examples)
        started = time.monotonic()
        problem = _problem(trial, containers.invoke(trial.function, event))
        failures += problem is not None
        print(f"{'✗' if problem else '✓'} {time.monotonic() - started:4.1f} s  {trial.event}")
        if problem:
            print(problem)
    return min(failures, 1)


@dataclass(frozen=True)
class Containers:
    """`sam local invoke`, told the house's addresses as containers see them."""

    ready: Ready
    bridge: str
    folder: Path

    def prepare(self) -> None:
        self._environment_file.write_text(self._seen_inside(self._environment()))
        self._template_file.write_text(self._template())

    def invoke(self, function: str, event: str) -> str:
        """What it answered on standard output; its log when it gave no answer."""
        event_file = self.folder / "event.json"
        event_file.write_text(event)
        done = subprocess.run(
            [
                *(SAM, "local", "invoke", function, "--template", self._template_file),
                *("--event", event_file, "--env-vars", self._environment_file),
                *("--parameter-overrides", *_PARAMETERS),
            ],
            cwd=ROOT,
            env=os.environ | self._aws_environment | {"SAM_CLI_TELEMETRY": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip() or done.stderr[-3000:]

    @property
    def _environment_file(self) -> Path:
        return self.folder / "env.json"

    @property
    def _template_file(self) -> Path:
        return BUILT / "template.sam-local.yaml"

    @property
    def _aws_environment(self) -> dict[str, str]:
        return Aws(self._seen_inside(self.ready.aws_endpoint_url)).environment

    def _environment(self) -> str:
        """events/env.example.json with the house's own addresses."""
        aws, outputs = Aws(self.ready.aws_endpoint_url), self.ready.outputs
        return Template((EVENTS / "env.example.json").read_text()).substitute(
            DATABASE_URL=self.ready.functions_database_url,
            MIGRATIONS_DATABASE_URL=self.ready.owner_database_url,
            INBOUND_QUEUE_URL=outputs["InboundQueueUrl"],
            TURNS_QUEUE_URL=outputs["TurnsQueueUrl"],
            DATA_COLLECTION_TIMER_ARN=outputs["DataCollectionTimerArn"],
            PROMOS_TIMER_ARN=outputs["PromosTimerArn"],
            MESSAGE_SEQUENCE_ARN=outputs["MessageSequenceArn"],
            OVERSIZE_BUCKET=aws.resource(STACK, "OversizeBucket"),
            WHATSAPP_SECRET_ARN=aws.resource(STACK, "WhatsAppSecret"),
            WHATSAPP_API_URL=self.ready.whatsapp_api_url,
            WEBHOOK_URL=f"{self.ready.api}/webhooks/whatsapp",
        )

    def _template(self) -> str:
        """The built one, declaring AWS's address: `sam local` hands on declared variables only."""
        template = yaml.safe_load((BUILT / "template.yaml").read_text())
        variables = template["Globals"]["Function"]["Environment"]["Variables"]
        variables["AWS_ENDPOINT_URL"] = "from the environment"
        return yaml.safe_dump(template, sort_keys=False)

    def _seen_inside(self, text: str) -> str:
        return text.replace("127.0.0.1", self.bridge)


def _real_ids(ready: Ready) -> dict[str, str]:
    """Of a customer who wants to buy, so that a timer waits for their data."""
    post_text(ready, "quiero comprar", customer="573005550000")
    with psycopg.connect(ready.database_url, autocommit=True) as database:
        query = "SELECT conversation_id, session_id, id, due_at FROM timers WHERE status = 'armed'"
        wait_until(
            lambda: database.execute(query).fetchone() is not None,
            check=lambda: None,
            seconds=30,
            what="a timer for a customer who wants to buy",
        )
        *ids, due_at = database.execute(query).fetchone() or ()
        database.execute(PROMISES, [ids[0]])
    return dict(zip(_EXAMPLES, [*map(str, ids), due_at.isoformat()], strict=True))


def _real_key(ready: Ready) -> str:
    command = json.loads((EVENTS / "api_keys/issue.json").read_text())
    issued = Aws(ready.aws_endpoint_url).invoke(ready.outputs["ApiKeysFunctionName"], command)
    key: str = issued["key"]
    return key


def _due_soon(ready: Ready, examples: Mapping[str, str]) -> dict[str, str]:
    """The timer is due before its container has started, and not for so long that housekeeping
    would start another execution."""
    *_, timer, instant = _EXAMPLES
    due = "UPDATE timers SET due_at = now() + interval '4 seconds' WHERE id = %s RETURNING due_at"
    with psycopg.connect(ready.database_url, autocommit=True) as database:
        [due_at] = database.execute(due, [examples[timer]]).fetchone() or ()
    return {instant: due_at.isoformat()}


def _filled_in(event: str, examples: Mapping[str, str]) -> str:
    for example, real in examples.items():
        event = event.replace(example, real)
    return event


def _problem(trial: Trial, answer: str) -> str | None:
    try:
        answered = json.loads(answer.splitlines()[-1])
    except (ValueError, IndexError):
        return answer
    if "errorType" in answered or answered | trial.expected != answered:
        return f"expected {dict(trial.expected)}, got {answer[:1000]}"
    return None


if __name__ == "__main__":
    sys.exit(main())
