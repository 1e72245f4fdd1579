"""Claude, by the real SDK, at a fake of the Messages API."""

from collections.abc import Iterator

import pytest

from morfx.adapters.claude.comprehender import ClaudeComprehender
from morfx.adapters.claude.connection import Connection
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi
from tests.open_question import puzzled
from tests.orders import CHOICES, DATA
from tests.reader import Reader, answer, reader
from tests.road import Road


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with MessagesApi(answer=lambda _: messages_api.text(answer(("precio", 97)))) as running:
        yield running


@pytest.fixture
def read(api: MessagesApi) -> Iterator[Reader]:
    opened: list[ClaudeComprehender] = []

    def make(**settings: str) -> ClaudeComprehender:
        opened.append(reader(api, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for claude in opened:
        claude.close()


@pytest.fixture
def asked(road: Road, api: MessagesApi) -> Iterator[Road]:
    """A road whose customers only ask what no text answers."""
    connection = Connection("anthropic", api_key=lambda: "test-key", base_url=api.url)
    road.mind = puzzled(road, connection)
    yield road
    connection.close()


@pytest.fixture
def summed_up(road: Road) -> Road:
    """A customer who has only to confirm."""
    road.converse("quiero comprar", DATA, CHOICES["2x"])
    return road


@pytest.fixture
def bought(summed_up: Road) -> Road:
    summed_up.converse("sí, confirmo")
    return summed_up
