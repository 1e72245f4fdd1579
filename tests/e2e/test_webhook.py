"""From a signed webhook to a bubble at WhatsApp, through everything that is deployed."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.e2e.house import RunningHouse, eventually, new_customer, text_message


def test_a_question_about_the_price_is_answered_once_with_the_shops_price(
    house: RunningHouse,
) -> None:
    customer = new_customer()

    house.write("Hola, qué precio tiene?", customer=customer)

    [answer] = house.answers(customer)
    assert "$77.900" in answer
    [bubble] = eventually(lambda: [b for b in house.outbound(customer) if b["status"] == "read"])
    assert bubble["provider_message_id"].startswith("wamid.")


def test_the_same_webhook_twenty_times_is_one_message_one_turn_one_answer(
    house: RunningHouse,
) -> None:
    customer = new_customer()
    payload = text_message(
        "Hola, qué precio tiene?", customer=customer, number=house.ready["phone_number_id"]
    )

    with ThreadPoolExecutor(8) as meta:
        statuses = list(meta.map(lambda _: house.post(payload).status_code, range(20)))

    assert set(statuses) == {200}
    house.answers(customer)
    time.sleep(3)  # long enough for a second answer to show itself
    assert len(house.delivered(customer)) == 1
    assert count(house, customer) == {"inbound": 1, "outbound": 1, "turns": 1}


def test_five_messages_in_two_seconds_are_one_turn_that_has_read_all(house: RunningHouse) -> None:
    customer = new_customer()
    for text in ("hola", "oye", "una pregunta", "qué precio", "tiene?"):
        house.write(text, customer=customer)
        time.sleep(0.35)

    [answer] = house.answers(customer)
    time.sleep(3)

    assert "$77.900" in answer
    assert len(house.delivered(customer)) == 1
    [said] = house.rows(
        "SELECT content FROM agent_turns JOIN agent_sessions ON session_id = agent_sessions.id"
        " JOIN conversations ON conversations.id = conversation_id"
        " WHERE external_id = %s AND role = 'user'",
        customer,
    )
    assert said["content"].splitlines() == ["hola", "oye", "una pregunta", "qué precio", "tiene?"]


def answered_crowd(house: RunningHouse) -> list[str]:
    """Customers who wrote at the same moment and were answered."""
    customers = [new_customer() for _ in range(6)]
    with ThreadPoolExecutor(len(customers)) as crowd:
        list(crowd.map(lambda one: house.write("precio", customer=one), customers))
    for customer in customers:
        house.answers(customer)
    return customers


def test_customers_do_not_wait_for_each_other(house: RunningHouse) -> None:
    answered_crowd(house)  # so that no function of the next one is still starting
    customers = answered_crowd(house)

    [served] = house.rows(
        "WITH each AS (SELECT conversation_id,"
        " min(messages.created_at) FILTER (WHERE direction = 'inbound') AS taken,"
        " min(sent_at) AS answered FROM messages JOIN conversations c ON c.id = conversation_id"
        " WHERE external_id = ANY (%s) GROUP BY conversation_id)"
        " SELECT count(*) AS together FROM each AS one JOIN each AS other"
        " ON one.conversation_id < other.conversation_id"
        " AND one.taken < other.answered AND other.taken < one.answered",
        customers,
    )
    assert served["together"]


def test_what_is_not_signed_or_not_json_is_refused_and_not_queued(house: RunningHouse) -> None:
    customer = new_customer()
    payload = text_message("precio", customer=customer, number=house.ready["phone_number_id"])

    assert house.post(payload, secret="another").status_code == 401
    assert house.post_raw(b"{}", {}).status_code == 401
    assert house.post_raw(b"{}", {"X-Hub-Signature-256": "sha256=00"}).status_code == 401
    time.sleep(2)
    assert count(house, customer)["inbound"] == 0


def test_an_unknown_number_and_an_unknown_kind_are_kept_and_answered_200(
    house: RunningHouse,
) -> None:
    stranger = text_message("hola", customer=new_customer(), number="999999999999999")
    news = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "moon"}]}]}

    assert house.post(stranger).status_code == 200
    assert house.post(news).status_code == 200
    eventually(
        lambda: (
            len(
                house.rows(
                    "SELECT FROM webhook_events WHERE outcome IN ('unknown_number', 'unknown_kind')"
                )
            )
            == 2
        )
    )


def test_a_payload_of_three_megabytes_is_accepted_and_a_larger_one_is_not(
    house: RunningHouse,
) -> None:
    customer, number = new_customer(), house.ready["phone_number_id"]
    huge = text_message("x" * (3 * 1024 * 1024 - 1000), customer=customer, number=number)
    larger = text_message("x" * (3 * 1024 * 1024), customer=customer, number=number)

    assert house.post(larger).status_code == 413
    assert house.post(huge).status_code == 200
    house.answers(customer)
    [row] = house.rows(
        "SELECT length(text) AS length FROM messages JOIN conversations c ON c.id = conversation_id"
        " WHERE external_id = %s AND direction = 'inbound'",
        customer,
    )
    assert row["length"] == 3 * 1024 * 1024 - 1000


def test_the_webhook_is_verified_with_the_token_only(house: RunningHouse) -> None:
    def verify(token: str) -> httpx.Response:
        query = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
        return httpx.get(f"{house.ready['api']}/webhooks/whatsapp", params=query, timeout=30)

    assert (verify(house.ready["verify_token"]).text, verify("no").status_code) == (
        "1158201444",
        403,
    )


COUNT = """
WITH conversation AS (SELECT id FROM conversations WHERE external_id = %s)
SELECT count(*) FILTER (WHERE direction = 'inbound') AS inbound,
       count(*) FILTER (WHERE direction = 'outbound') AS outbound,
       count(DISTINCT turn_id) AS turns
  FROM messages JOIN conversation ON conversation.id = conversation_id
"""


def count(house: RunningHouse, customer: str) -> dict[str, int]:
    [row] = house.rows(COUNT, customer)
    return row
