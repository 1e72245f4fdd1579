"""Onboard: the workspace is as its file says, or the file is refused naming what is wrong."""

from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.errors import AgentNotFoundError, MalformedRequest
from tests.fakes.aws import Document
from tests.street import Street, event

TABLES: tuple[LiteralString, ...] = (
    "workspaces",
    "channels",
    "workspace_agent_config",
    "agent_templates",
    "packs",
    "approved_templates",
    "products",
    "pipelines",
    "pipeline_stages",
    "tags",
)


def file_of(street: Street, **changes: object) -> Document:
    """The street's own shop, and what shall be different about it."""
    ids = {
        "workspace_id": str(street.shop.workspace_id),
        "phone_number_id": street.shop.phone_number_id,
    }
    return event("onboard/somnio") | ids | changes


def written(street: Street) -> dict[str, list[DictRow]]:
    """All of the shop but the instants of writing."""
    return {
        table: sorted(({**row, "updated_at": None} for row in street.rows(table)), key=str)
        for table in TABLES
    }


def changed(street: Street, part: str, index: int, **fields: object) -> Document:
    """The file with some fields of one of its templates or packs changed."""
    file = file_of(street)
    file[part][index] |= fields
    return file


def put(street: Street, file: Document) -> Document:
    answer: Document = street.invoke("onboard", file)
    return answer


def test_the_same_file_twice_changes_nothing(street: Street) -> None:
    before = written(street)
    put(street, file_of(street))
    assert put(street, file_of(street))["templates"] == len(before["agent_templates"])
    assert written(street) == before


def text_ids(street: Street) -> dict[tuple[str, str, int], object]:
    rows = street.rows("agent_templates")
    return {(row["intent"], row["visit_type"], row["orden"]): row["id"] for row in rows}


def test_what_the_file_no_longer_has_is_gone_and_what_stays_keeps_its_id(street: Street) -> None:
    before = text_ids(street)
    file = file_of(street)
    del file["packs"][2], file["templates"][1]
    put(street, file)
    after = text_ids(street)
    assert len(street.rows("packs")) == 2
    assert len(after) == len(before) - 1
    assert after.items() < before.items()


def test_an_approved_template_that_the_file_no_longer_has_is_gone(street: Street) -> None:
    put(street, file_of(street, approved_templates=[]))
    assert street.rows("approved_templates") == []


def test_one_purpose_has_one_approved_template(street: Street) -> None:
    [template] = event("onboard/somnio")["approved_templates"]
    with pytest.raises(MalformedRequest, match="one purpose twice"):
        put(street, file_of(street, approved_templates=[template] * 2))


def test_a_new_price_is_what_the_next_customer_is_told(street: Street) -> None:
    put(street, changed(street, "packs", 0, price="81500"))
    street.answer("qué precio tiene?")
    assert "$81.500" in street.bubbles[0]["text"]


def test_a_pack_is_a_product_at_the_same_price(street: Street) -> None:
    put(street, changed(street, "packs", 1, price="99900"))
    [product] = [row for row in street.rows("products") if row["sku"] == "SOMNIO-90-CAPS-X2"]
    [pack] = [row for row in street.rows("packs") if row["pack"] == "2x"]
    assert (pack["product_id"], pack["price"]) == (product["id"], product["price"])
    assert (product["title"], int(product["price"])) == ("ELIXIR DEL SUEÑO x2", 99_900)


def test_a_product_that_the_file_no_longer_has_is_not_sold_any_more_and_stays(
    street: Street,
) -> None:
    put(street, file_of(street, products=[{"sku": "ANTIFAZ", "title": "Antifaz", "price": "9900"}]))
    put(street, file_of(street))
    active = {row["sku"]: row["is_active"] for row in street.rows("products")}
    assert active.pop("ANTIFAZ") is False
    assert all(active.values())


def test_stages_change_places_names_and_meanings_as_the_file_says(street: Street) -> None:
    file = file_of(street)
    stages = file["pipelines"][0]["stages"]
    stages.reverse()
    del stages[0]
    put(street, file)
    rows = sorted(street.rows("pipeline_stages"), key=lambda row: int(row["position"]))
    assert [row["name"] for row in rows] == [stage["name"] for stage in stages]


def test_a_stage_that_holds_orders_cannot_go(street: Street) -> None:
    said = ("quiero comprar", "Ana Gómez, Calle 5 # 3-20, Cali", "quiero 2 frascos", "sí, confirmo")
    for text in said:
        street.converse(text)
    file = file_of(street)
    file["pipelines"][0]["stages"][0]["name"] = "Por despachar"
    before = written(street)
    with pytest.raises(MalformedRequest, match="pipelines: orders are still in Nuevo pedido"):
        put(street, file)
    assert written(street) == before


def test_another_default_pipeline_takes_the_new_orders_and_the_old_one_stays(
    street: Street,
) -> None:
    file = file_of(street)
    file["pipelines"][0]["name"] = "Ventas por WhatsApp"
    put(street, file)
    defaults = {row["name"]: row["is_default"] for row in street.rows("pipelines")}
    assert defaults == {"Ventas": False, "Ventas por WhatsApp": True}


def test_a_shop_may_have_a_second_number(street: Street) -> None:
    put(street, file_of(street, phone_number_id=str(uuid4())))
    assert len(street.rows("channels")) == 2


def test_a_number_of_another_workspace_is_refused_and_nothing_is_written(
    street: Street, all_rows: psycopg.Connection[DictRow]
) -> None:
    thief = str(uuid4())
    with pytest.raises(MalformedRequest, match="phone_number_id"):
        put(street, file_of(street, workspace_id=thief))
    assert len(street.rows("channels")) == 1
    stolen = all_rows.execute("SELECT FROM workspaces WHERE id = %s", [thief])
    assert stolen.fetchall() == []


def test_a_missing_text_is_named(street: Street) -> None:
    file = file_of(street)
    file["templates"] = [t for t in file["templates"] if t["intent"] != "precio"]
    with pytest.raises(MalformedRequest, match="no text for precio"):
        put(street, file)


def test_an_agent_nobody_knows_is_refused(street: Street) -> None:
    with pytest.raises(AgentNotFoundError):
        put(street, file_of(street, agent_id="somnio-ventas"))


#: What is found wrong where it is another field that was changed.
NAMED_AS = {"pipelines.0.is_default": "default", "tags.0.applies_to": "on_agent_orders"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workspace_id", "somnio"),
        ("name", ""),
        ("phone_number_id", ""),
        ("timer_preset", "lento"),
        ("response_speed", "-1"),
        ("proactive_daily_cap", -1),
        ("provider", "twilio"),
        ("messages_per_second", 0),
        ("daily_cap", -1),
        ("in_quiet_hours", "ignore"),
        ("choices_label", "Ver todas las opciones"),
        ("opt_out_message", ""),
        ("opt_in_message", ""),
        ("approved_templates.0.purpose", "opt_out"),
        ("approved_templates.0.name", "Recordatorio de pedido"),
        ("approved_templates.0.language", "spanish"),
        ("approved_templates.0.variables", ["telefono"]),
        ("templates.0.content", ""),
        ("templates.0.content", "Ho\x00la"),
        ("templates.0.delay_s", 61),
        ("templates.1.orden", 0),
        ("packs.0.pack", "4x"),
        ("packs.0.price", "gratis"),
        ("packs.0.price", "0"),
        ("packs.0.units", 0),
        ("packs.0.currency", "pesos"),
        ("packs.0.sku", ""),
        ("packs.0.sku", "SOMNIO-90-CAPS-X2"),
        ("products", [{"sku": "SOMNIO-90-CAPS", "title": "Otro", "price": "1"}]),
        ("products", [{"sku": "OTRO", "title": "", "price": "1"}]),
        ("products", [{"sku": "OTRO", "title": "Otro", "price": "-1"}]),
        ("pipelines", []),
        ("pipelines.0.name", " "),
        ("pipelines.0.is_default", False),
        ("pipelines.0.stages", []),
        ("pipelines.0.stages", [{"name": "Nuevo", "meaning": "new"}]),
        ("pipelines.0.stages", [{"name": "Nuevo", "meaning": "nuevo"}]),
        ("tags.0.name", ""),
        ("tags.0.color", "verde"),
        ("tags.0.applies_to", "whatsapp"),
    ],
)
def test_a_field_that_cannot_be_is_named(street: Street, field: str, value: Any) -> None:
    before = written(street)
    part, *place = field.split(".")
    file = changed(street, part, int(place[0]), **{place[1]: value}) if place else {}
    with pytest.raises(MalformedRequest, match=NAMED_AS.get(field, (place or [part])[-1])):
        put(street, file or file_of(street, **{part: value}))
    assert written(street) == before
