"""Whether the data suffices for an order, and what follows from it unsaid (decision 11)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from morfx.agents.somnio import SOMNIO
from morfx.domain.completeness import inferred, missing, standing
from morfx.domain.conversation import Shop
from morfx.domain.identifier import SessionId, new_id
from morfx.domain.session import Session, SessionState
from morfx.engine.lifecycle import merged
from morfx.engine.variables import variables

REQUIRED = ("nombre", "telefono", "ciudad", "direccion")
GIVEN = {"nombre": "Ana", "telefono": "573001112233", "direccion": "Calle 5 # 3-20"}


def session(said: dict[str, str], **known_before: str) -> Session:
    return Session(
        id=SessionId(new_id()),
        agent_id=SOMNIO.id,
        version=1,
        status="active",
        mode="collecting_data",
        last_activity_at=datetime.now(UTC),
        state=SessionState(datos_capturados=said),
        known_before=known_before,
    )


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        ({"ciudad": "Pitalito"}, ()),
        ({"ciudad": "Bogotá, D.C."}, ()),
        ({"ciudad": "San Andrés"}, ()),
        # several departamentos have one
        ({"ciudad": "Villanueva"}, ("departamento",)),
        ({"ciudad": "San Carlos"}, ("departamento",)),
        ({"ciudad": "Villanueva", "departamento": "Casanare"}, ()),
        ({"ciudad": "Villanueva", "departamento": "N/A"}, ("departamento",)),
        # no list has it
        ({"ciudad": "Narnia"}, ("departamento",)),
        ({"ciudad": "Narnia", "departamento": "Chocó"}, ()),
        # an unknown or refused ciudad comes first
        ({}, ("ciudad",)),
        ({"ciudad": "N/A"}, ("ciudad",)),
        ({"departamento": "Meta"}, ("ciudad",)),
    ],
)
def test_the_departamento_is_missing_only_where_the_town_leaves_it_open(
    place: dict[str, str], asked: tuple[str, ...]
) -> None:
    known = {**GIVEN, **place}

    assert missing(REQUIRED, known) == asked
    assert standing(REQUIRED, known, known) == ("partial" if asked else "complete")


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_that_was_refused_is_missing(name: str) -> None:
    assert missing(REQUIRED, {**GIVEN, "ciudad": "Cali", name: "N/A"}) == (name,)


def test_whoever_needs_no_ciudad_needs_no_departamento() -> None:
    assert missing(("nombre",), {"nombre": "Ana", "ciudad": "Villanueva"}) == ()


@pytest.mark.parametrize(
    ("said", "ciudad", "departamento"),
    [
        ({"ciudad": "Pitalito"}, "Pitalito", "Huila"),
        ({"ciudad": "Pitalito", "departamento": "N/A"}, "Pitalito", "Huila"),
        (
            {"ciudad": "San Pedro", "departamento": "Antioquia"},
            "San Pedro de los Milagros",
            "Antioquia",
        ),
        # what was said stands, right or wrong
        ({"ciudad": "Medellín", "departamento": "Cundinamarca"}, "Medellín", "Cundinamarca"),
        ({"ciudad": "San Pedro", "departamento": "Chocó"}, "San Pedro", "Chocó"),
    ],
)
def test_the_departamento_follows_from_the_town_and_the_town_from_the_departamento(
    said: dict[str, str], ciudad: str, departamento: str
) -> None:
    assert inferred(said) == {"ciudad": ciudad, "departamento": departamento}


def test_a_departamento_nobody_said_changes_with_the_town() -> None:
    first = session({"ciudad": "Cali"})
    corrected = session(merged(first.state.datos_capturados, {"ciudad": "Pasto"}))

    assert first.data["departamento"] == "Valle del Cauca"
    assert corrected.data["departamento"] == "Nariño"


@pytest.mark.parametrize(
    ("ciudad", "departamento"),
    [("La Unión", "Antioquia"), ("Narnia", "Antioquia"), ("Cali", "Valle del Cauca")],
)
def test_a_departamento_said_stays_unless_a_corrected_town_cannot_be_there(
    ciudad: str, departamento: str
) -> None:
    said = merged({"ciudad": "Granada", "departamento": "Antioquia"}, {"ciudad": ciudad})

    assert session(said).data["departamento"] == departamento


def test_an_ambiguous_town_that_cannot_be_where_the_last_one_was_is_asked_about() -> None:
    said = merged({"ciudad": "Bogotá, D.C.", "departamento": "Cundinamarca"}, {"ciudad": "La Paz"})

    assert missing(REQUIRED, {**GIVEN, **said}) == ("departamento",)


def test_the_customer_is_asked_for_the_departamento_by_its_label() -> None:
    shop = Shop(
        agent_id=SOMNIO.id,
        handoff_message="",
        timer_preset="real",
        response_speed=Decimal(1),
        templates=(),
        packs=(),
    )

    listed = variables(SOMNIO, session({**GIVEN, "ciudad": "Villanueva"}), shop)["faltantes"]

    assert listed.splitlines()[0] == "• Departamento"


def test_a_flat_given_later_is_added_to_the_address() -> None:
    assert merged(GIVEN, {"direccion": "Apartamento 804"}) == {
        **GIVEN,
        "direccion": "Calle 5 # 3-20 Apartamento 804",
    }


def test_refusing_a_phone_leaves_the_number_they_write_from() -> None:
    assert session({"telefono": "N/A"}, telefono="573001112233").data == {
        "telefono": "573001112233"
    }
    assert session({"telefono": "N/A"}).data == {"telefono": "N/A"}


@pytest.mark.parametrize(
    ("town", "named", "kept"),
    [
        ("Sogamoso", "Boyacá", {"ciudad": "Sogamoso", "departamento": "Boyacá"}),
        ("Cali", "Boyacá", {"ciudad": "Boyacá"}),
        ("Boyacá", "Boyacá", {"ciudad": "Boyacá"}),
    ],
)
def test_a_departamento_named_after_its_town_is_no_town(
    town: str, named: str, kept: dict[str, str]
) -> None:
    assert merged({"ciudad": town}, {"ciudad": named}) == kept
