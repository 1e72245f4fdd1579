"""A machine buys over HTTP, through everything that is deployed."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.e2e.house import ROOT, RunningHouse, eventually, new_customer


@pytest.fixture(scope="module")
def key(house: RunningHouse) -> str:
    """As `make api-key` gives one."""
    environment = {"MORFX_LOCAL_DIR": str(house.folder), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "local.api_key"], cwd=ROOT, env=environment, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


class Caller:
    def __init__(self, house: RunningHouse, key: str) -> None:
        self.house, self.key, self.customer = house, key, new_customer()
        self.messages = f"{house.ready['api']}/v1/agents/somnio-sales/messages"

    def post(self, text: str, *, name: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": name or uuid4().hex}
        body = {"customer": self.customer, "text": text}
        return httpx.post(self.messages, json=body, headers=headers, timeout=30)

    def say(self, text: str) -> dict[str, object]:
        response = self.post(text)
        assert response.status_code == 200, response.text
        answer: dict[str, object] = response.json()
        return answer


def test_a_pack_of_two_is_bought_wholly_over_the_api(house: RunningHouse, key: str) -> None:
    caller = Caller(house, key)

    asked = caller.say("Hola, qué precio tiene?")
    data = caller.say("quiero comprar. Ana Gómez, 3001112233, Calle 5 # 3-20, Cali")
    chosen = caller.say("el de 2")
    bought = caller.say("sí, confirmo")

    assert "$77.900" in json.dumps(asked["messages"])
    assert (data["missing"], chosen["pack"]) == ([], "2x")
    order = bought["order"]
    assert isinstance(order, dict)
    assert (order["status"], order["total"], order["pack"]) == ("confirmed", "109900.00", "2x")
    [row] = house.rows("SELECT status, total FROM orders WHERE id = %s", order["id"])
    assert (row["status"], int(row["total"])) == ("confirmed", 109900)
    assert {bubble["status"] for bubble in house.outbound(caller.customer)} == {"sent"}
    # The queue's own wakes came too, and found nothing unread.
    unread = "SELECT read_seq = inbound_seq AS done FROM conversations WHERE external_id = %s"
    assert house.rows(unread, caller.customer) == [{"done": True}]


def test_the_same_message_many_times_at_once_is_answered_alike_and_once(
    house: RunningHouse, key: str
) -> None:
    caller = Caller(house, key)

    with ThreadPoolExecutor(4) as callers:
        answers = list(callers.map(lambda _: caller.post("precio?", name="one"), range(4)))

    told = [answer.text for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(set(told)) == 1
    assert caller.post("precio?", name="one").text == told[0]
    assert len(house.outbound(caller.customer)) == 1


def test_what_a_timer_says_is_read_after_the_last_number(house: RunningHouse, key: str) -> None:
    caller = Caller(house, key)
    pace = "UPDATE workspace_agent_config SET timer_preset = %s RETURNING workspace_id"
    house.rows(pace, "instantaneo")
    headers = {"Authorization": f"Bearer {key}"}
    try:
        caller.say("quiero comprar")
        query = {"customer": caller.customer}
        after = httpx.get(caller.messages, params=query, headers=headers, timeout=30).json()[
            "after"
        ]

        def nudges() -> list[dict[str, object]]:
            page = httpx.get(
                caller.messages, params={**query, "after": after}, headers=headers, timeout=30
            )
            found: list[dict[str, object]] = page.json()["messages"]
            return found

        assert eventually(nudges)[0]["purpose"] == "proactive"
    finally:
        house.rows(pace, "real")


def test_a_stranger_is_told_nothing(house: RunningHouse) -> None:
    assert Caller(house, "mx_none").post("hola").status_code == 401
