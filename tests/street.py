"""The street outside the doors: who knocks, with what, and what the house has written since."""

import importlib.util
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from local.graph_api import GraphApi
from morfx.domain.delivery import PromisedTurn
from morfx.domain.identifier import ConversationId, TurnId, WorkspaceId
from morfx.domain.shop import ShopFile
from tests.fakes.aws import Document, FakeAws
from tests.fakes.lambda_context import FakeContext

ROOT = Path(__file__).parent.parent
MACHINES = "arn:aws:states:us-east-1:123456789012:stateMachine:"
SETTINGS = {
    "INBOUND_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/inbound.fifo",
    "TURNS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/turns.fifo",
    "DATA_COLLECTION_TIMER_ARN": f"{MACHINES}data-collection-timer",
    "PROMOS_TIMER_ARN": f"{MACHINES}promos-timer",
    "TURN_DEBOUNCE_SECONDS": "1",
    "MESSAGE_SEQUENCE_ARN": f"{MACHINES}message-sequence",
    "OVERSIZE_BUCKET": "oversize",
    "WHATSAPP_API_VERSION": "v24.0",
    "DIALOG360_API_URL": "https://dialog360.invalid",
    "CHANNEL_SECRET_PREFIX": "morfx/whatsapp/",
    "POWERTOOLS_SERVICE_NAME": "morfx",
    "POWERTOOLS_METRICS_NAMESPACE": "MorfX",
}
#: The one call behind each door that a test may want another part for.
OPERATIONS = {"turn": "run_turn", "send": "send_next", "housekeeping": "keep_promises"}
PRICE = "Hola, qué precio tiene?"
CAMILA, ANDRES = "573001234567", "573107654321"


def channel_secret(shop: ShopFile) -> str:
    """The secret with the access token of the shop's number."""
    return f"{SETTINGS['CHANNEL_SECRET_PREFIX']}{shop.phone_number_id}"


def event(name: str) -> Document:
    """``events/<name>.json``."""
    found: Document = json.loads((ROOT / f"events/{name}.json").read_text("utf-8"))
    return found


def records(*bodies: Document, pattern: str = "intake/text_message") -> Document:
    """An SQS event with a record for each body, all else as in the pattern's."""
    [record] = event(pattern)["Records"]
    return {"Records": [_record(record, body) for body in bodies]}


def _record(record: Document, body: Document) -> Document:
    group = body.get("conversation_id") or (body["raw"] or {}).get("from", "nobody")
    attributes = {**record["attributes"], "MessageGroupId": group}
    changes = {"messageId": str(uuid4()), "attributes": attributes, "body": json.dumps(body)}
    return {**record, **changes}


def message(shop: ShopFile, text: str = PRICE, *, sender: str = CAMILA, **raw: object) -> Document:
    """A body of the inbound queue: somebody says something to the shop's number."""
    said = {"from": sender, "id": f"wamid.{uuid4()}", "text": {"body": text}, **raw}
    return accepted(shop, "intake/text_message", said) | {"profile": None}


def accepted(shop: ShopFile, pattern: str, raw: Document) -> Document:
    """The body of the pattern's first record, as another item of the shop's number."""
    body = json.loads(event(pattern)["Records"][0]["body"])
    named = {"accepted_id": str(uuid4()), "phone_number_id": shop.phone_number_id}
    return {**body, **named, "raw": {**body["raw"], **raw}}


def promised(sequence: Document) -> PromisedTurn:
    """The turn of a message sequence's input."""
    return PromisedTurn(
        workspace_id=WorkspaceId(UUID(sequence["workspace_id"])),
        conversation_id=ConversationId(UUID(sequence["conversation_id"])),
        turn_id=TurnId(UUID(sequence["turn_id"])),
    )


def open_door(name: str) -> ModuleType:
    """A door as a new container imports it: it reads the environment now."""
    spec = importlib.util.spec_from_file_location(
        f"doors.{name}", ROOT / f"functions/{name}/app.py"
    )
    assert spec
    assert spec.loader
    door = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    return door


@dataclass
class Street:
    """One shop, one customer at its doors, and everything that was written since."""

    shop: ShopFile
    aws: FakeAws
    graph: GraphApi
    #: Sees every row of every workspace.
    database: psycopg.Connection[DictRow]
    doors: dict[str, ModuleType] = field(default_factory=dict)

    # -- what comes from outside ------------------------------------------------------------------

    def message(self, text: str = PRICE, **raw: Any) -> Document:
        """A body of the inbound queue: Camila says something."""
        return message(self.shop, text, **raw)

    def status(self, status: str, **raw: object) -> Document:
        """A body of the inbound queue: Meta tells how a bubble fared."""
        return accepted(self.shop, "intake/statuses", {"status": status, **raw})

    def write(self, text: str = PRICE, **raw: Any) -> Document:
        """The customer writes, and it is taken in."""
        body = self.message(text, **raw)
        self.take_in(body)
        return body

    def take_in(self, *bodies: Document) -> Any:
        return self.invoke("intake", records(*bodies))

    def turn(self, wake: Document | None = None) -> Any:
        """A turn runs on the wake, by default the newest."""
        woken = records(wake or self.wakes[-1], pattern="turn/customer_message")
        return self.invoke("turn", woken)

    def send(self) -> Document:
        """The newest message sequence sends its next bubble."""
        answer: Document = self.invoke("send", self.sequences[-1])
        return answer

    def answer(self, text: str = PRICE) -> None:
        """The customer writes and a turn answers; nothing has left yet."""
        self.write(text)
        self.turn()

    def converse(self, text: str = PRICE) -> None:
        """The customer writes, a turn answers, and all of the answer leaves."""
        self.answer(text)
        while self.send()["remaining"]:
            pass

    def expire(self) -> Any:
        """The newest timer is due and its execution has run out; a turn acts on it."""
        self.make_due()
        self.invoke("timer", {**event("timer/expire"), "timer": self.timers[-1]})
        return self.turn()

    def make_due(self, seconds: float = 0) -> None:
        """The timer that waits is due so many seconds from now; its execution has always known."""
        due_at = datetime.now(UTC) + timedelta(seconds=seconds)
        self.change("timers", "status = 'armed'", due_at=due_at)
        for execution in self.aws.executions.values():
            given = json.loads(execution["input"])
            if "due_at" in given:
                execution["input"] = json.dumps({**given, "due_at": due_at.isoformat()})

    def move(self, shop: ShopFile) -> None:
        """From now on the customer writes to this number."""
        token = self.aws.secrets[channel_secret(self.shop)]
        self.aws.secrets[channel_secret(shop)] = token
        self.shop = shop

    def invoke(self, door: str, event: Document) -> Any:
        return self.door(door).handler(event, FakeContext())

    def door(self, name: str) -> ModuleType:
        if name not in self.doors:
            self.doors[name] = open_door(name)
        return self.doors[name]

    def swap(self, door: str, **parts: object) -> None:
        """Put another vendor or clock behind a door."""
        operation = OPERATIONS[door]
        opened = self.door(door)
        setattr(opened, operation, partial(getattr(opened, operation), **parts))

    # -- what went out ----------------------------------------------------------------------------

    @property
    def wakes(self) -> list[Document]:
        """Bodies of the turns queue, oldest first."""
        return self.aws.bodies(SETTINGS["TURNS_QUEUE_URL"])

    @property
    def sequences(self) -> list[Document]:
        """Inputs of the message sequences that were started."""
        return self._inputs("MESSAGE_SEQUENCE_ARN")

    @property
    def timers(self) -> list[Document]:
        """Inputs of the timers that were started, of either machine."""
        return self._inputs("DATA_COLLECTION_TIMER_ARN", "PROMOS_TIMER_ARN")

    @property
    def resolved(self) -> list[tuple[str, str]]:
        """Task tokens given back, with the outcome."""
        calls = [body for action, body in self.aws.calls if action == "SendTaskSuccess"]
        tokens = [call["taskToken"] for call in calls]
        return [(token, told["outcome"]) for token, told in zip(tokens, self.told, strict=True)]

    @property
    def told(self) -> list[Document]:
        """What waiting executions were told with their tokens."""
        calls = [body for action, body in self.aws.calls if action == "SendTaskSuccess"]
        return [json.loads(call["output"]) for call in calls]

    # -- what is written --------------------------------------------------------------------------

    def rows(self, table: LiteralString) -> list[DictRow]:
        """The shop's rows of a table."""
        query = sql.SQL("SELECT * FROM {} WHERE {} = %s")
        key = "id" if table == "workspaces" else "workspace_id"
        named = query.format(sql.Identifier(table), sql.Identifier(key))
        return self.database.execute(named, [self.shop.workspace_id]).fetchall()

    def row(self, table: LiteralString) -> DictRow:
        """The shop's only row of a table."""
        [row] = self.rows(table)
        return row

    @property
    def conversations(self) -> list[DictRow]:
        """Oldest first."""
        return sorted(self.rows("conversations"), key=lambda row: row["last_inbound_at"])

    @property
    def conversation(self) -> DictRow:
        return self.row("conversations")

    @property
    def heard(self) -> list[DictRow]:
        inbound = [row for row in self.rows("messages") if row["direction"] == "inbound"]
        return sorted(inbound, key=lambda row: (row["conversation_id"], row["seq"]))

    @property
    def read(self) -> list[str]:
        """What each turn says the customer said."""
        turns = [row for row in self.rows("agent_turns") if row["role"] == "user"]
        return [row["content"] for row in sorted(turns, key=lambda row: int(row["turn_number"]))]

    @property
    def bubbles(self) -> list[DictRow]:
        outbound = [row for row in self.rows("messages") if row["direction"] == "outbound"]
        return sorted(outbound, key=lambda row: (row["created_at"], row["position"]))

    @property
    def statuses(self) -> list[str]:
        """How each bubble stands: its status, with the reason where there is one."""
        pairs = [(bubble["status"], bubble["status_reason"]) for bubble in self.bubbles]
        return [f"{status}: {reason}" if reason else status for status, reason in pairs]

    def change(
        self, table: LiteralString, where: LiteralString = "true", **columns: object
    ) -> None:
        """Write into the shop's rows of a table, as a person or a long silence would."""
        assignments = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in columns]
        query = sql.SQL("UPDATE {} SET {} WHERE workspace_id = %s AND {}").format(
            sql.Identifier(table), sql.SQL(", ").join(assignments), sql.SQL(where)
        )
        self.database.execute(query, [*columns.values(), self.shop.workspace_id])

    def _inputs(self, *machines: str) -> list[Document]:
        started = self.aws.executions.values()
        arns = {SETTINGS[machine] for machine in machines}
        inputs = [json.loads(e["input"]) for e in started if e["stateMachineArn"] in arns]
        return [given for given in inputs if given["workspace_id"] == str(self.shop.workspace_id)]
