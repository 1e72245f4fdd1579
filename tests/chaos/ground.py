"""Shops where one story after another is played, and what each leaves behind."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, LiteralString, TypeVar
from urllib.parse import quote
from uuid import uuid4

import psycopg
from psycopg.rows import DictRow, dict_row

from morfx import wiring
from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.shopkeeper import PostgresShopkeeper
from morfx.adapters.postgres.shops import PostgresShops
from morfx.adapters.postgres.standing import PostgresStandings
from morfx.adapters.whatsapp import inbound
from morfx.agents.somnio import SOMNIO
from morfx.crm.shops import put_shop
from morfx.domain.shop import ShopFile
from morfx.engine.mind import Mind
from morfx.engine.registry import Registry
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.house import House, OwnUpkeep
from morfx.simulator.whatsapp import StandInWhatsApp
from morfx.tools.catalogue import TOOLBOX
from tests.chaos.invariants import Aftermath

Kind = TypeVar("Kind", bound=House)
End = TypeVar("End", bound=Aftermath)

SOMNIO_FILE = Path(__file__).parent.parent.parent / "events/onboard/somnio.json"
FAST = "-c synchronous_commit=off -c plan_cache_mode=force_generic_plan"
CLEAR: tuple[LiteralString, ...] = (
    "DELETE FROM contacts WHERE workspace_id = ANY(%(shops)s)",
    "DELETE FROM webhook_events WHERE workspace_id = ANY(%(shops)s)",
    "UPDATE workspace_agent_config SET agent_enabled = true"
    " WHERE workspace_id = ANY(%(shops)s) AND NOT agent_enabled",
    # The story before may have ended at a later instant than this one begins.
    "UPDATE channels SET tokens = NULL, tokens_at = NULL, taken_on = NULL, taken_that_day = 0,"
    " paused_until = NULL, paused_because = NULL"
    " WHERE workspace_id = ANY(%(shops)s) AND tokens_at IS NOT NULL",
)
AFTERMATH = (Path(__file__).parent / "aftermath.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    detail: str


class Ground:
    """``functions_url`` is bound by row-level security, ``superuser_url`` sees everything.

    ``kinds``: what is different about each shop. ``house_database``: what the house is to use.
    """

    def __init__(
        self,
        functions_url: str,
        superuser_url: str,
        kinds: Iterable[Mapping[str, object]],
        *,
        house_database: Database | None = None,
    ) -> None:
        self._calm = Database(fast(functions_url))
        self._house_database = house_database or self._calm
        self._watch: psycopg.Connection[DictRow] = psycopg.connect(
            superuser_url, autocommit=True, row_factory=dict_row
        )
        self._agents = Registry([SOMNIO], tools=TOOLBOX.names)
        self.shops = tuple(self.put(shop_file(**kind)) for kind in kinds)
        self.workspaces = [shop.workspace_id for shop in self.shops]
        self._rows, calm_rows = wiring.rows(self._house_database), wiring.rows(self._calm)
        self.standings = PostgresStandings(self._calm, route=calm_rows.inbox.route)
        self.shopkeeper = PostgresShopkeeper(self._calm, route=calm_rows.inbox.route)
        self._mind = Mind(offline=OfflineComprehender())

    def close(self) -> None:
        for connection in (self._house_database, self._calm, self._watch):
            connection.close()

    def put(self, file: Mapping[str, object]) -> ShopFile:
        """The shop as this file has it."""
        return put_shop(file, shops=PostgresShops(self._calm), agents=self._agents)

    def clear(self) -> None:
        """Nothing of an earlier story is left."""
        with self._watch.pipeline():
            for query in CLEAR:
                self._watch.execute(query, {"shops": self.workspaces})

    def house(
        self,
        kind: type[Kind],
        clock: VirtualClock,
        whatsapp: StandInWhatsApp,
        *,
        shops: Iterable[int],
    ) -> Kind:
        """A house where nothing can happen in any other shop."""
        workspaces = [self.workspaces[shop] for shop in shops]
        return kind(
            replace(self._rows, upkeep=OwnUpkeep(self._rows.upkeep, workspaces)),
            parser=inbound,
            agents=self._agents,
            mind_of=lambda _agent: self._mind,
            standings=self.standings,
            clock=clock,
            whatsapp=whatsapp,
        )

    def rows(self) -> Mapping[str, Any]:
        """What the story has left in the database."""
        return self.look(AFTERMATH)[0]

    def look(self, query: LiteralString) -> Sequence[DictRow]:
        return self._watch.execute(query, {"shops": self.workspaces}).fetchall()


def fast(functions_url: str) -> str:
    """No test needs what a power cut may lose, nor a plan for each parameter."""
    return functions_url + "?options=" + quote(FAST)


def shop_file(**different: object) -> dict[str, Any]:
    """Another Somnio's file."""
    file = json.loads(SOMNIO_FILE.read_text("utf-8"))
    own = {"workspace_id": str(uuid4()), "phone_number_id": str(uuid4().int)[:15]}
    return {**file, **own, **different}


def broken(end: End, invariants: Iterable[Callable[[End], Iterator[str]]]) -> list[Violation]:
    return [
        Violation(invariant.__name__, detail)
        for invariant in invariants
        for detail in invariant(end)
    ]
