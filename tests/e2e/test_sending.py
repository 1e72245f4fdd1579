"""How a bubble leaves when it may not leave at once, through the real message-sequence."""

import httpx

from tests.e2e.house import RunningHouse, eventually, new_customer


def script(house: RunningHouse, *faults: dict[str, object]) -> None:
    """How the next sends shall go."""
    url = f"{house.ready['whatsapp_api_url']}/_script"
    httpx.post(url, json={"next": faults}, timeout=10).raise_for_status()


def change(house: RunningHouse, statement: str) -> None:
    assert house.rows(f"{statement} RETURNING 1")


def test_the_sequence_waits_as_long_as_whatsapp_asks_and_then_sends(house: RunningHouse) -> None:
    customer = new_customer()
    script(house, {"status": 400, "error_code": 131056})
    house.write("Hola, qué precio tiene?", customer=customer)
    [answer] = house.answers(customer)
    assert "$77.900" in answer
    [bubble] = house.outbound(customer)
    assert bubble["attempts"] == 2
    assert (bubble["sent_at"] - bubble["created_at"]).total_seconds() >= 6


def test_a_sequence_ends_for_a_paused_number_and_housekeeping_starts_another(
    house: RunningHouse,
) -> None:
    customer = new_customer()
    script(house, {"status": 403, "error_code": 368})
    house.write("Hola, qué precio tiene?", customer=customer)
    eventually(lambda: [b for b in house.outbound(customer) if b["status_reason"]])
    change(house, "UPDATE channels SET paused_until = NULL, paused_because = NULL")
    change(house, "UPDATE messages SET not_before = now() WHERE status_reason = 'number_paused'")
    assert len(house.answers(customer, seconds=100)) == 1


def test_a_number_may_be_carried_by_360dialog(house: RunningHouse) -> None:
    change(house, "UPDATE channels SET provider = '360dialog' WHERE kind = 'whatsapp'")
    try:
        customer = new_customer()
        house.write("Hola, qué precio tiene?", customer=customer)
        assert len(house.answers(customer)) == 1
    finally:
        change(house, "UPDATE channels SET provider = 'cloud_api' WHERE kind = 'whatsapp'")
