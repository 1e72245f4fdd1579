"""What a person is shown of a conversation, read from real Postgres."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from morfx.adapters.postgres.bookmarks import PostgresBookmarks
from morfx.adapters.postgres.connection import Connection, Database
from morfx.adapters.postgres.drafts import PostgresDrafts
from morfx.adapters.postgres.inbox import PostgresInbox
from morfx.adapters.postgres.transcripts import MAX_EVENTS, MAX_LINES, PostgresTranscripts
from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.conversation.bookmarks import save
from morfx.domain.comprehension import Comprehension, IntentReading, ModelCall
from morfx.domain.conversation import Reading
from morfx.domain.errors import MalformedRequest, SessionNotFoundError
from morfx.domain.identifier import SessionId, TurnId, WorkspaceId, new_id
from morfx.domain.inbound import Route
from morfx.domain.shop import ShopFile
from morfx.domain.transcript import Transcript
from morfx.engine.mind import Mind
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
    timer = transcript.waiting
    assert timer
    assert (timer.purpose, timer.level) == ("data-collection", 0)
    assert timer.due_at == road.executions.timers[0].due_at
    assert transcript.bot_state == "on"


def test_a_timer_that_no_longer_waits_is_told_with_how_it_ended(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("quiero comprar", "no gracias, ya no lo quiero")
    transcript = read(transcripts, road.shop)
    assert transcript.waiting is None
    assert [(timer.level, timer.end_reason) for timer in transcript.timers] == [(0, "session_lost")]


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


# -- sessions, one by one -------------------------------------------------------------------------


def bought_and_back(road: Road) -> tuple[Transcript, Transcript]:
    """Somebody buys and writes again two days later; the first session and the newest."""
    transcripts = PostgresTranscripts(road.database, route=road.inbox.route)
    data = f"Ana Gómez, {CUSTOMER}, Calle 5 # 3-20, Cali"
    for text in ("quiero comprar", data, "quiero el de 2x", "sí, confirmo"):
        road.converse(text)
        road.clock.sleep(60)
    first = read(transcripts, road.shop)
    road.clock.sleep(48 * 3600)
    road.converse("Hola, qué precio tiene?")
    assert first.session
    past = transcripts.read(
        road.shop.phone_number_id, CUSTOMER, now=NOW, session_id=SessionId(first.session.id)
    )
    assert past
    return past, read(transcripts, road.shop)


def test_a_session_that_another_has_followed_is_shown_with_what_belongs_to_it(road: Road) -> None:
    past, newest = bought_and_back(road)
    assert (past.is_past, newest.is_past) == (True, False)
    assert past.session
    assert past.session.mode == "compra_confirmada"
    heard = [line.text for line in past.lines if line.direction == "inbound"]
    assert (heard[0], heard[-1]) == ("quiero comprar", "sí, confirmo")
    assert past.lines[-1].direction == "outbound"
    assert past.order
    assert (past.order.total, past.order.status) == (Decimal(109900), "confirmed")
    assert "session.close" not in {event.type for event in past.events[1:]}
    heard = [line.text for line in newest.lines if line.direction == "inbound"]
    assert (heard[0], heard[-1]) == ("quiero comprar", "Hola, qué precio tiene?")
    assert newest.order is None
    assert [order.total for order in newest.orders] == [109900]


def test_a_session_of_somebody_else_is_not_shown(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("Hola")
    shown = transcripts.read(
        road.shop.phone_number_id, CUSTOMER, now=NOW, session_id=SessionId(new_id())
    )
    assert shown
    assert shown.session is None


def test_what_each_turn_understood_and_decided_is_told_newest_first(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("Hola, qué precio tiene?", "Me llamo Ana Gómez, vivo en Cali")
    newest, first = read(transcripts, road.shop).turns
    assert first.heard == ("Hola, qué precio tiene?",)
    assert first.comprehension
    assert [one.intent for one in first.comprehension.intents] == ["hola", "precio"]
    assert first.comprehension.band == "proceed"
    assert newest.comprehension
    assert newest.comprehension.fields == ("apellido", "ciudad", "nombre")


def test_models_are_accounted_for_the_session_and_its_last_turn(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    call = ModelCall(
        component="comprehension", provider="anthropic", model="a-model", outcome="ok",
        milliseconds=5, input_tokens=900, output_tokens=80, cache_read_tokens=20,
        cost=Decimal("0.0013"),
    )  # fmt: skip
    read_by_model = Comprehension(
        message_class="pregunta",
        intents=(IntentReading(intent="precio", confidence=95),),
        confidence=95,
        source="claude:a-model",
        calls=(call,),
    )
    road.mind = Mind(offline=ScriptedComprehender(script={}, otherwise=read_by_model))
    road.converse("cuánto vale?", "y cuánto vale?")
    transcript = read(transcripts, road.shop)
    [used] = transcript.model_use
    assert (used.calls, used.input_tokens, used.output_tokens, used.cost) == (
        2, 1800, 160, Decimal("0.0026"),
    )  # fmt: skip
    assert (used.turn_tokens, used.turn_cost) == (1000, Decimal("0.0013"))
    assert transcript.spending.contact_today == Decimal("0.0026")


# -- kept under a name ----------------------------------------------------------------------------


def keep(road: Road, name: str, session_id: object) -> None:
    save(
        name,
        session_id=SessionId(UUID(str(session_id))),
        workspace_id=road.shop.workspace_id,
        bookmarks=PostgresBookmarks(road.database),
        clock=road.clock,
    )


def test_a_session_is_kept_under_its_last_name_until_it_is_forgotten(
    transcripts: PostgresTranscripts, road: Road
) -> None:
    road.converse("Hola")
    session = read(transcripts, road.shop).session
    assert session
    keep(road, "Una pregunta", session.id)
    keep(road, "  La   pregunta ", session.id)
    transcript = read(transcripts, road.shop)
    [saved] = transcript.saved
    assert (saved.name, saved.account, saved.customer) == (
        "La pregunta", road.shop.phone_number_id, CUSTOMER,
    )  # fmt: skip
    PostgresBookmarks(road.database).remove(
        SessionId(session.id), workspace_id=road.shop.workspace_id
    )
    assert read(transcripts, road.shop).saved == ()


def test_only_a_session_of_the_workspace_is_kept(
    transcripts: PostgresTranscripts, road: Road, onboard_shop: "partial[ShopFile]"
) -> None:
    road.converse("Hola")
    session = read(transcripts, road.shop).session
    assert session
    road.shop = onboard_shop()
    for session_id in (session.id, new_id()):
        with pytest.raises(SessionNotFoundError):
            keep(road, "De otro", session_id)


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "\x00"])
def test_a_name_has_one_to_80_characters(road: Road, name: str) -> None:
    with pytest.raises(MalformedRequest, match="name"):
        keep(road, name, new_id())
