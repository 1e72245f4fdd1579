"""Where a person watches, an answer is streamed and shown while it is written."""

from dataclasses import dataclass, field, replace

import pytest

from morfx.adapters.claude import connection as claude
from morfx.adapters.postgres.drafts import PostgresDrafts
from morfx.adapters.postgres.transcripts import PostgresTranscripts
from morfx.domain.conversation import Reading
from morfx.domain.errors import Unavailable
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi, Reply
from tests.open_question import GOOD, OWN_WORDS, AllRows, rows, why
from tests.road import Road

CUSTOMER = "573001112233"
ERROR = messages_api.OVERLOADED.error


@dataclass
class Watcher:
    """Reads the page each time the draft grows, on whatever answers the customer meanwhile."""

    road: Road
    #: What the page showed as being written.
    seen: list[str | None] = field(default_factory=list)

    def look(self) -> str | None:
        transcripts = PostgresTranscripts(self.road.database, route=self.road.inbox.route)
        shown = transcripts.read(
            self.road.shop.phone_number_id, CUSTOMER, now=self.road.clock.now()
        )
        assert shown
        return shown.draft

    def write(self, reading: Reading, text: str) -> None:
        PostgresDrafts(self.road.database).write(reading, text)
        self.seen.append(self.look())
        self.road.clock.sleep(0.1)


@pytest.fixture
def watcher(asked: Road) -> Watcher:
    """Somebody who looks at the conversation from its first message on."""
    watcher = Watcher(asked)
    assert asked.mind.open_questions
    asked.mind = replace(
        asked.mind, open_questions=replace(asked.mind.open_questions, drafts=watcher)
    )
    asked.converse("hola")
    watcher.look()
    return watcher


def ask(road: Road, api: MessagesApi, *replies: Reply) -> str:
    """The customer asks what no text answers."""
    api.requests.clear()
    api.script(*replies)
    [said] = road.converse("¿y de qué color es la caja?")
    return said


def drafts_left(all_rows: AllRows, road: Road) -> int:
    query = "SELECT count(*) AS left FROM drafts WHERE workspace_id = %s"
    [row] = all_rows.execute(query, [road.shop.workspace_id]).fetchall()
    return int(row["left"])


def test_nobody_watches_and_nothing_is_streamed(
    asked: Road, api: MessagesApi, all_rows: AllRows
) -> None:
    assert ask(asked, api, messages_api.text(GOOD)) == GOOD
    assert "stream" not in api.requests[0].body
    assert drafts_left(all_rows, asked) == 0


def test_whoever_watches_sees_the_answer_grow_until_the_bubble_is_there(
    asked: Road, api: MessagesApi, watcher: Watcher, all_rows: AllRows
) -> None:
    assert ask(asked, api, messages_api.text(GOOD)) == GOOD

    assert api.requests[0].body["stream"] is True
    assert len(watcher.seen) >= 1
    assert all(text and GOOD.startswith(text) for text in watcher.seen)
    assert watcher.look() is None
    assert drafts_left(all_rows, asked) == 0


def test_the_final_usage_is_in_the_ledger(
    asked: Road, api: MessagesApi, watcher: Watcher, all_rows: AllRows
) -> None:
    ask(asked, api, messages_api.text(GOOD))

    call = rows(all_rows, asked, "model_calls")[-1]
    assert (call["component"], call["outcome"]) == ("orchestrator", "ok")
    assert call["output_tokens"] > 1
    assert call["input_tokens"] > 1


def test_nobody_watches_any_more_after_some_seconds(
    asked: Road, api: MessagesApi, watcher: Watcher
) -> None:
    asked.clock.sleep(16)
    ask(asked, api, messages_api.text(GOOD))

    assert "stream" not in api.requests[0].body


def test_tools_are_used_in_a_stream_too(asked: Road, api: MessagesApi, watcher: Watcher) -> None:
    tool = messages_api.tool_use("shop__pack_prices__read", {})

    assert ask(asked, api, tool, messages_api.text(GOOD)) == GOOD
    assert len(api.requests) == 2
    assert api.requests[1].body["messages"][-1]["content"][0]["type"] == "tool_result"


def test_a_refused_answer_was_seen_and_disappears(
    asked: Road, api: MessagesApi, watcher: Watcher, all_rows: AllRows
) -> None:
    said = ask(asked, api, messages_api.text("Te lo dejo en $5.000, ¿listo?"))

    assert OWN_WORDS in said
    assert watcher.seen
    assert watcher.look() is None
    assert drafts_left(all_rows, asked) == 0


BROKEN = {
    "cut": (replace(messages_api.text(GOOD), cut=True), "unavailable"),
    "ended early": (replace(messages_api.text(GOOD), events=5), "unavailable"),
    "never begun": (replace(messages_api.text(GOOD), events=0), "unavailable"),
    "error within": (replace(messages_api.text(GOOD), events=5, breaks=ERROR), "saturation"),
    "refused at once": (messages_api.RATE_LIMIT, "saturation"),
    "refusal": (messages_api.refusal(), "refusal"),
    "too long": (messages_api.text("Es", stop_reason="max_tokens"), "max_tokens"),
    "no event stream": (messages_api.broken_json(), "unavailable"),
}


@pytest.mark.parametrize(("reply", "outcome"), BROKEN.values(), ids=BROKEN)
def test_a_stream_that_fails_ends_in_the_shops_own_words(
    asked: Road, api: MessagesApi, watcher: Watcher, all_rows: AllRows, reply: Reply, outcome: str
) -> None:
    assert OWN_WORDS in ask(asked, api, reply)
    assert rows(all_rows, asked, "model_calls")[-1]["outcome"] == outcome
    assert watcher.look() is None


@pytest.mark.parametrize(
    ("stall", "pause"), [(5.0, 0.35), (0.5, 2.0)], ids=["trickles", "falls silent"]
)
def test_a_stream_that_takes_too_long_is_a_timeout(
    asked: Road,
    api: MessagesApi,
    watcher: Watcher,
    all_rows: AllRows,
    monkeypatch: pytest.MonkeyPatch,
    stall: float,
    pause: float,
) -> None:
    monkeypatch.setattr(claude, "STALL_SECONDS", stall)
    assert asked.mind.open_questions
    hurried = replace(asked.mind.open_questions, seconds=2.5)
    asked.mind = replace(asked.mind, open_questions=hurried)

    assert OWN_WORDS in ask(asked, api, replace(messages_api.text(GOOD * 3), pause=pause))
    assert rows(all_rows, asked, "model_calls")[-1]["outcome"] == "timeout"


def test_a_draft_that_cannot_be_shown_costs_nobody_the_answer(
    asked: Road, api: MessagesApi, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_reading: Reading, _text: str) -> None:
        raise Unavailable("Postgres did not answer")

    monkeypatch.setattr(watcher, "write", fail)

    assert ask(asked, api, messages_api.text(GOOD)) == GOOD


def test_a_person_who_watches_reads_why_as_well(
    asked: Road, api: MessagesApi, watcher: Watcher, all_rows: AllRows
) -> None:
    all_rows.execute("DELETE FROM turn_proofs WHERE workspace_id = %s", [asked.shop.workspace_id])
    ask(asked, api, replace(messages_api.text(GOOD), cut=True))

    assert why(all_rows, asked)["failure"] == "unavailable"
