"""The simulator and the state machines of the house tell the same story, one in no time."""

from functools import partial
from uuid import uuid4

from local import scenarios
from local.aws import Aws
from morfx.simulator.scenario import Scenario
from tests.conftest import onboard
from tests.e2e.house import RunningHouse, eventually, new_customer, text_message

SHOP = {"timer_seconds": {"0": 60, "2": 2, "3": 2}, "response_speed": "0"}
WISH, DATA = "quiero comprar", "Ana Ruiz, Calle 5 # 3-20, Cali"
LAST_WORD = "apartada la promoción"
TIMERS = ("L2 promos_offered", "L3 order_created")
SCENARIO = Scenario.model_validate(
    {
        "title": "Silence over the packs makes an order",
        "shops": {"somnio": SHOP},
        "steps": [
            {"customer": WISH},
            {"at": "+5s", "customer": DATA},
            {"at": "+1m", "expect": {"said": LAST_WORD, "ended_timers": TIMERS}},
        ],
    }
)


def simulated(database_url: str) -> list[str]:
    """What the customer is told in the simulator."""
    with scenarios.simulation(database_url) as simulation:
        story = simulation.play(SCENARIO)
    assert story.went_well, story.transcript()
    return [line.what for line in story.lines if line.who == "somnio"]


def lived(house: RunningHouse) -> tuple[list[str], tuple[str, ...]]:
    """What the customer is told in the house, and how each timer ended."""
    shop, customer = onboard(house.ready["functions_database_url"], **SHOP), new_customer()
    token = {"access_token": uuid4().hex}
    Aws(house.ready["aws_endpoint_url"]).create_secret(
        f"morfx/whatsapp/{shop.phone_number_id}", token
    )
    write = partial(text_message, customer=customer, number=shop.phone_number_id)
    assert house.post(write(WISH)).status_code == 200
    eventually(lambda: len(house.delivered(customer)) == 2)
    assert house.post(write(DATA)).status_code == 200
    eventually(lambda: any(LAST_WORD in said for said in house.delivered(customer)))
    ended = house.rows(
        "SELECT format('L%%s %%s', level, end_reason) AS how FROM timers"
        " JOIN conversations c ON c.id = conversation_id WHERE external_id = %s"
        " ORDER BY generation",
        customer,
    )
    return house.delivered(customer), tuple(row["how"] for row in ended)


def test_the_simulator_and_the_house_tell_the_same_story(
    house: RunningHouse, database_url: str
) -> None:
    said, timers = lived(house)
    assert said == simulated(database_url)
    assert timers == TIMERS
