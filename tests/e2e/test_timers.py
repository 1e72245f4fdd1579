"""Silence and the reminder, through the real state machine."""

import json
import time
from functools import partial
from typing import Any
from uuid import uuid4

import boto3
import pytest

from local.aws import Aws
from tests.conftest import onboard
from tests.e2e.house import RunningHouse, eventually, new_customer, text_message

REMINDER = "Sigo pendiente de tus datos"


@pytest.fixture(scope="module")
def number(house: RunningHouse) -> str:
    """The receiving number of a shop whose timers are instantaneous."""
    url = house.ready["functions_database_url"]
    shop = onboard(url, timer_preset="instantaneo", response_speed="0")
    aws = Aws(house.ready["aws_endpoint_url"])
    aws.create_secret(f"morfx/whatsapp/{shop.phone_number_id}", {"access_token": uuid4().hex})
    return shop.phone_number_id


def execution_of(house: RunningHouse, customer: str) -> dict[str, Any]:
    """The customer's first timer execution, as Step Functions tells it."""
    [timer] = house.rows(
        "SELECT timers.session_id FROM timers JOIN conversations c ON c.id = conversation_id"
        " WHERE external_id = %s AND generation = 1",
        customer,
    )
    machine = house.ready["outputs"]["DataCollectionTimerArn"]
    arn = machine.replace(":stateMachine:", ":execution:")
    client = boto3.client(
        "stepfunctions",
        endpoint_url=house.ready["aws_endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    found = client.describe_execution(
        executionArn=f"{arn}:data-collection-{timer['session_id']}-g1"
    )
    return dict(found)


def ended(house: RunningHouse, customer: str) -> dict[str, Any] | None:
    execution = execution_of(house, customer)
    return None if execution["status"] == "RUNNING" else execution


def write(house: RunningHouse, number: str, text: str, customer: str) -> None:
    assert house.post(text_message(text, customer=customer, number=number)).status_code == 200


def test_a_silent_customer_is_reminded_once(house: RunningHouse, number: str) -> None:
    customer = new_customer()

    write(house, number, "quiero comprar", customer)

    eventually(lambda: [said for said in house.delivered(customer) if REMINDER in said])
    time.sleep(4)
    assert sum(REMINDER in said for said in house.delivered(customer)) == 1
    [timer] = house.rows(
        "SELECT timers.status, extract(epoch FROM lateness) AS late FROM timers"
        " JOIN conversations c ON c.id = conversation_id WHERE external_id = %s",
        customer,
    )
    assert timer["status"] == "fired"
    assert timer["late"] >= 0
    execution = eventually(partial(ended, house, customer))
    assert json.loads(execution["output"])["ended"]["outcome"] == "reminded"


def test_an_execution_that_waits_for_nothing_any_more_ends_and_says_why(
    house: RunningHouse, number: str
) -> None:
    customer = new_customer()
    write(house, number, "quiero comprar", customer)
    eventually(partial(waits, house, customer))

    write(house, number, "no gracias, ya no lo quiero", customer)

    execution = eventually(partial(ended, house, customer))
    assert execution["status"] == "SUCCEEDED"
    assert json.loads(execution["output"])["ended"]["outcome"] == "session_lost"
    [first] = house.rows(
        "SELECT timers.status, end_reason FROM timers"
        " JOIN conversations c ON c.id = conversation_id WHERE external_id = %s AND generation = 1",
        customer,
    )
    assert first == {"status": "cancelled", "end_reason": "session_lost"}


def test_one_execution_waits_through_the_levels_and_another_over_the_packs(
    house: RunningHouse, number: str
) -> None:
    customer = new_customer()
    write(house, number, "quiero comprar", customer)
    eventually(partial(waits, house, customer))

    write(house, number, "Ana Gómez, Calle 5 # 3-20, Cali", customer)

    eventually(
        lambda: [said for said in house.delivered(customer) if "apartada la promoción" in said]
    )
    told = house.rows(
        "SELECT generation, level, timers.status, end_reason FROM timers"
        " JOIN conversations c ON c.id = conversation_id WHERE external_id = %s"
        " ORDER BY generation",
        customer,
    )
    assert [tuple(row.values()) for row in told] == [
        (1, 2, "fired", "promos_offered"),
        (2, 3, "fired", "order_created"),
    ]
    execution = eventually(partial(ended, house, customer))
    assert json.loads(execution["output"])["ended"]["outcome"] == "promos_offered"


def waits(house: RunningHouse, customer: str) -> bool:
    """The first timer's execution waits under its token."""
    return bool(
        house.rows(
            "SELECT FROM timers JOIN conversations c ON c.id = conversation_id"
            " WHERE external_id = %s AND task_token IS NOT NULL",
            customer,
        )
    )
