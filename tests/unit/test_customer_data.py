"""Customer data is written one way, and never corrupted on the way there (facts: agent §2.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain.comprehension import DECLINED
from morfx.domain.customer_data import FIELDS, normalised


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Calle 5 No 3-20", "Calle 5 # 3-20"),
        ("cll 5 nro 3-20 apto 201", "Calle 5 # 3-20 Apartamento 201"),
        ("Avenida Nogal # 2-3", "Avenida Nogal # 2-3"),
        ("Oficina 401", "Oficina 401"),
        ("cra 7a bis # 45-10 torre 2", "Carrera 7A Bis # 45-10 Torre 2"),
    ],
)
def test_abbreviations_of_an_address_are_written_out_and_nothing_else(
    typed: str, written: str
) -> None:
    assert normalised({"direccion": typed}) == {"direccion": written}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("300 123 45 67", "573001234567"),
        ("+57 3001234567", "573001234567"),
        ("57 300-123-4567", "573001234567"),
        ("+1 305 555 0100", "13055550100"),
    ],
)
def test_a_phone_is_colombian_unless_it_says_otherwise(typed: str, written: str) -> None:
    assert normalised({"telefono": typed}) == {"telefono": written}


@pytest.mark.parametrize(
    ("typed", "written"),
    [("bta", "Bogotá, D.C."), ("mdllin", "Medellín"), ("villavo", "Villavicencio"),
     ("CARTAGENA", "Cartagena de Indias"), ("narnia", "Narnia")],
)  # fmt: skip
def test_a_town_has_its_official_spelling(typed: str, written: str) -> None:
    assert normalised({"ciudad": typed}) == {"ciudad": written}


def test_a_refusal_stays_a_refusal() -> None:
    assert normalised({"correo": DECLINED, "barrio": DECLINED}) == {
        "correo": DECLINED,
        "barrio": DECLINED,
    }


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text()))
def test_whatever_is_typed_only_known_fields_with_content_come_out(fields: dict[str, str]) -> None:
    written = normalised(fields)

    assert set(written) <= set(FIELDS)
    assert all(value.strip() for value in written.values())


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text("abc #3-no.", max_size=30)))
def test_what_is_written_one_way_stays_so(fields: dict[str, str]) -> None:
    written = normalised(fields)

    assert normalised(written).keys() == written.keys()
