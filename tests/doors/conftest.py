"""A street with a shop on it, for every test of a door."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import DictRow

from local.graph_api import GraphApi
from morfx import wiring
from morfx.adapters.postgres.connection import Database
from morfx.domain.shop import ShopFile
from morfx.settings import DatabaseSettings
from tests.fakes.aws import FakeAws
from tests.street import SETTINGS, Street, channel_secret


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    with FakeAws() as aws:
        yield aws


@pytest.fixture
def graph() -> Iterator[GraphApi]:
    graph = GraphApi().start()
    yield graph
    graph.stop()


@pytest.fixture
def environment(
    aws: FakeAws, graph: GraphApi, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """What the template gives the doors; their connections are closed behind them."""
    given = {
        "DATABASE_URL": database_url,
        "WHATSAPP_API_URL": graph.url,
        "DIALOG360_API_URL": graph.url,
    }
    for name, value in (aws.environment | SETTINGS | given).items():
        monkeypatch.setenv(name, value)
    opened: list[Database] = []
    build = wiring.database

    def database(settings: DatabaseSettings) -> Database:
        opened.append(build(settings))
        return opened[-1]

    monkeypatch.setattr(wiring, "database", database)
    yield
    for connection in opened:
        connection.close()


@pytest.fixture
def street(
    environment: None,
    shop: ShopFile,
    aws: FakeAws,
    graph: GraphApi,
    all_rows: psycopg.Connection[DictRow],
) -> Street:
    aws.secrets[channel_secret(shop)] = json.dumps({"access_token": "token"})
    return Street(shop=shop, aws=aws, graph=graph, database=all_rows)
