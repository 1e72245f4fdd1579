"""What a person is shown of a conversation, read from real Postgres."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from morfx.adapters.postgres.connection import Connection, Database
from morfx.adapters.postgres.drafts import PostgresDrafts
from morfx.adapters.postgres.inbox import PostgresInbox
from morfx.adapters.postgres.transcripts import MAX_EVENTS, MAX_LINES, PostgresTranscripts
from morfx.domain.conversation import Reading
from morfx.domain.identifier import TurnId, WorkspaceId, new_id
from morfx.domain.inbound import Route
from morfx.domain.shop import ShopFile
from morfx.domain.transcript import Transcript
from tests.road import Road

CUSTOMER = "573001112233"
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)


class CountedDatabase(Database):
    """Counts the round trips that carry queries."""

    round_trips = 0

    @contextmanager
    def transaction(self, workspace_id: WorkspaceId | None = None) -> Iterator[Connection]:
        # BEGIN, what is asked, COMMIT.
        self.round_trips += 3
        with super().transaction(workspace_id) as connection:
            yield connection

    @contextmanager
    def batch(self, workspace_id: WorkspaceId) -> Iterator[Connection]:
        self.round_trips += 1
        with super().batch(workspace_id) as connection:
            yield connection


@pytest.fixture
def database(database_url: str) -> Iterator[CountedDatabase]:
    database = CountedDatabase(database_url)
    yield database
    database.close()


@pytest.fixture
def transcripts(database: CountedDatabase) -> PostgresTranscripts:
    return PostgresTranscripts(database, route=PostgresInbox(database).route)


def read(transcripts: PostgresTranscripts, shop: ShopFile, customer: str = CUSTOMER) -> Transcript:
    transcript = transcripts.read(shop.phone_number_id, customer, now=NOW)
    assert transcript
    return transcript


def test_a_conversation_is_read_in_one_round_trip(
    transcripts: PostgresTranscripts, database: CountedDatabase, road: Road
) -> None:
    road.converse("Hola", "quiero comprar")
    read(transcripts, road.shop)  # also learns whose number it is, which does not change
    before = database.round_trips
    read(transcripts, road.shop)
    assert database.round_trips - before == 1


def test_it_is_told_in_the_order_it_happened(transcripts: PostgresTranscripts, road: Road) -> None:
    road.converse("Hola")
    road.clock.sleep(60)
    road.converse("quiero comprar")
    lines = read(transcripts, road.shop).lines
    assert [(line.direction, line.text[:14]) for line in lines] == [
        ("inbound", "Hola"),
        ("outbound", "¡Hola! 👋 Te da"),
        ("inbound", "quiero comprar"),
        ("outbound", "¡Qué buena dec"),
        ("outbound", "Escríbeme por "),
    ]
    assert lines[-1].at - lines[-2].at == timedelta(seconds=3)


def test_it_says_what_the_agent_is_at_and_what_it_waits_for(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("quiero comprar")
    transcript = read(transcripts, road.shop)
    assert transcript.session
    assert (transcript.session.mode, transcript.session.status) == ("collecting_data", "active")
    [timer] = transcript.timers
    assert (timer.purpose, timer.level) == ("data-collection", 0)
    assert timer.due_at == road.executions.timers[0].due_at
    assert transcript.bot_state == "on"


def test_a_timer_that_no_longer_waits_is_not_shown(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("quiero comprar", "no gracias, ya no lo quiero")
    assert read(transcripts, road.shop).timers == ()


def test_the_newest_event_comes_first_and_those_of_one_commit_as_they_happened(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("Hola")
    road.clock.sleep(60)
    road.write("Sigo aquí")
    events = read(transcripts, road.shop).events
    assert [event.type for event in events] == [
        "customer.message",
        "turn.answered",
        "session.started",
        "customer.message",
    ]
    assert events[1].payload == {"bubbles": 1}


def test_only_the_end_of_a_long_conversation_is_read(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    for number in range(MAX_LINES + 5):
        road.write(f"Mensaje {number}")
        road.clock.sleep(1)
    transcript = read(transcripts, road.shop)
    assert len(transcript.lines) == MAX_LINES
    assert transcript.lines[-1].text == f"Mensaje {MAX_LINES + 4}"
    assert len(transcript.events) == MAX_EVENTS


def test_who_never_wrote_has_an_empty_conversation_with_the_shop(
    transcripts: PostgresTranscripts, shop: ShopFile
) -> None:
    transcript = read(transcripts, shop)
    assert transcript.number.shop == shop.name
    assert transcript.number.account == shop.phone_number_id
    assert (transcript.lines, transcript.session, transcript.bot_state) == ((), None, None)


@pytest.mark.parametrize("account", ["999", "", "\x00", "\ud800"])
def test_a_number_that_is_nobodys_has_no_conversations(
    transcripts: PostgresTranscripts, account: str
) -> None:
    assert transcripts.read(account, CUSTOMER, now=NOW) is None


def test_one_customer_of_two_shops_is_two_conversations(
    transcripts: PostgresTranscripts,
    road: Road,
    onboard_shop: "partial[ShopFile]",
    database_url: str,
) -> None:
    other = Road(database_url, onboard_shop())
    road.write("A Somnio")
    other.write("A la otra")
    other.database.close()
    assert [line.text for line in read(transcripts, road.shop).lines] == ["A Somnio"]
    assert [line.text for line in read(transcripts, other.shop).lines] == ["A la otra"]


def test_postgres_itself_hides_a_conversation_from_another_workspace(
    database: CountedDatabase, road: Road, onboard_shop: "partial[ShopFile]"
) -> None:
    road.write("Hola")
    account = road.shop.phone_number_id
    route = PostgresInbox(database).route(account)
    assert route
    wrong = Route(workspace_id=onboard_shop().workspace_id, channel_id=route.channel_id)
    transcripts = PostgresTranscripts(database, route={account: wrong}.get)
    assert transcripts.read(account, CUSTOMER, now=NOW) is None


def test_several_workspaces_do_not_list_their_numbers(
    transcripts: PostgresTranscripts, shop: ShopFile, onboard_shop: "partial[ShopFile]"
) -> None:
    onboard_shop()
    assert transcripts.numbers() == ()


def test_a_conversation_that_is_looked_at_is_watched_for_some_seconds(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    def watched_until() -> object:
        with road.database.transaction(road.shop.workspace_id) as connection:
            [row] = connection.execute("SELECT watched_until FROM conversations")
        return row["watched_until"]

    road.write("Hola")
    assert watched_until() is None
    for seconds, until in ((0, 15), (4, 15), (5, 15), (6, 21)):
        now = NOW + timedelta(seconds=seconds)
        transcripts.read(road.shop.phone_number_id, CUSTOMER, now=now)
        assert watched_until() == NOW + timedelta(seconds=until)


def test_what_a_turn_writes_is_shown_while_it_holds_the_conversation(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.write("Hola")
    [wake] = road.wakes()
    reading = road.turns.claim(wake, turn_id=TurnId(new_id()), now=NOW)
    assert isinstance(reading, Reading)
    drafts = PostgresDrafts(road.database)
    for text in ("Ho", "Hola, \x00"):
        drafts.write(reading, text)
    assert read(transcripts, road.shop).draft == "Hola, \\u0000"
    road.turns.release(reading)
    assert read(transcripts, road.shop).draft is None
