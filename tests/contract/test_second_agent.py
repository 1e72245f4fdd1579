"""Another agent is one file of data and a small policy, on the same engine."""

from collections.abc import Callable, Iterator

import pytest

from morfx.adapters.postgres.shops import PostgresShops
from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.crm.shops import put_shop
from morfx.domain.comprehension import Comprehension, IntentReading
from morfx.domain.errors import AgentNotFoundError
from morfx.domain.shop import ShopFile
from morfx.engine.mind import Mind
from morfx.engine.registry import Registry
from tests.conftest import shop_file
from tests.contract.appointments import APPOINTMENTS, CLINIC, TEXTS
from tests.road import Road


def read(intent: str) -> Comprehension:
    reading = IntentReading(intent=intent, confidence=95)
    return Comprehension(
        message_class="pregunta", intents=(reading,), confidence=95, source="scripted"
    )


@pytest.fixture
def clinic(database_url: str, road: Road) -> Iterator[Road]:
    """A road to a clinic, whose customers say what the script says."""
    templates = [
        {"intent": name, "visit_type": "primera_vez", "orden": 0, "content": text, "delay_s": 0}
        for name, text in TEXTS.items()
    ]
    file = shop_file(agent_id=CLINIC, templates=templates, packs=[], timer_preset="rapido")
    agents = Registry([APPOINTMENTS])
    shop = put_shop(file, shops=PostgresShops(road.database), agents=agents)
    there = Road(database_url, shop)
    there.agents = agents
    script = {"¿a qué hora abren?": read("horario"), "quiero una cita": read("pedir_cita")}
    there.mind = Mind(offline=ScriptedComprehender(script=script))
    yield there
    there.database.close()


def test_a_second_agent_answers_changes_state_and_follows_up(clinic: Road) -> None:
    said = clinic.converse("¿A qué hora abren?", "Quiero una cita")
    [timer] = clinic.executions.timers
    clinic.clock.sleep(60)
    assert clinic.expire(timer) == "expired"
    clinic.run_turns()
    clinic.send_all()

    assert said == [TEXTS["horario"], TEXTS["cita"]]
    assert clinic.messenger.sent[-1] == TEXTS["recordar_cita"]


def test_an_agent_nobody_registered_fails_loudly_and_keeps_the_message(
    road: Road, onboard_shop: Callable[..., ShopFile]
) -> None:
    road.agents.clear()
    road.write("hola")
    [woken] = road.wakes()

    with pytest.raises(AgentNotFoundError, match="somnio-sales"):
        road.turn(woken)
    with road.database.transaction(road.shop.workspace_id) as connection:
        row = connection.execute("SELECT inbound_seq, read_seq FROM conversations").fetchone()
    assert row == {"inbound_seq": 1, "read_seq": 0}
