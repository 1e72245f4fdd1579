"""What customers tell about themselves, in the one spelling that is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain import completeness, customer_data, mail_address, person_name, phone, places


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("3001234567", "573001234567"),
        ("300 123 45 67", "573001234567"),
        ("+57 300-123-4567", "573001234567"),
        ("573001234567", "573001234567"),
        ("0057 300 1234567", "573001234567"),
        ("03001234567", "573001234567"),
        ("604 123 4567", "576041234567"),
        ("+58 414 1234567", "584141234567"),
        ("+1 (305) 555-0100", "13055550100"),
        ("12345", None),
        ("no tengo", None),
    ],
)
def test_a_phone_is_stored_with_its_country(said: str, stored: str | None) -> None:
    assert phone.normalised(said) == stored


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("bta", "Bogotá, D.C."),
        ("Bogota D.C.", "Bogotá, D.C."),
        ("mdllin", "Medellín"),
        ("medallo", "Medellín"),
        ("bquilla", "Barranquilla"),
        ("b/quilla", "Barranquilla"),
        ("barranqiya", "Barranquilla"),
        ("ctg", "Cartagena de Indias"),
        ("bga", "Bucaramanga"),
        ("villavo", "Villavicencio"),
        ("bucaramnga", "Bucaramanga"),
        ("sta rosa de cabal", "Santa Rosa de Cabal"),
        ("tumaco", "San Andrés de Tumaco"),
        ("cúcuta", "San José de Cúcuta"),
        ("narnia", "Narnia"),
    ],
)
def test_a_town_gets_its_official_name(said: str, name: str) -> None:
    assert customer_data.city(said) == name


def test_there_are_all_municipalities_of_colombia() -> None:
    assert len({town.code for names in places._gazetteer().values() for town in names}) == 1122


def test_a_name_of_several_towns_is_the_one_in_the_departamento_said() -> None:
    granada = places.town("granada", "meta")

    assert granada
    assert granada.code == "50313"


@pytest.mark.parametrize(
    ("city", "department"),
    [
        ("Bogotá, D.C.", "Bogotá, D.C."),
        ("Cartagena de Indias", "Bolívar"),
        ("San Andrés", "Archipiélago de San Andrés, Providencia y Santa Catalina"),
        ("Pitalito", "Huila"),
        ("Armenia", "Quindío"),
        ("Villanueva", None),
        ("Narnia", None),
    ],
)
def test_a_departamento_is_inferred_only_where_the_town_leaves_no_doubt(
    city: str, department: str | None
) -> None:
    assert places.department_of(city) == department


@pytest.mark.parametrize(
    ("said", "given", "surname"),
    [
        ("maria del carmen suarez", "Maria del Carmen", "Suarez"),
        ("JHON JAIRO CARDONA", "Jhon Jairo", "Cardona"),
        ("luz marina", "Luz Marina", ""),
        ("juan de la cruz perez", "Juan de la Cruz", "Perez"),
        ("Gladys Esther Pacheco Mercado", "Gladys Esther", "Pacheco Mercado"),
        ("Carlos Pérez Gómez", "Carlos", "Pérez Gómez"),
        ("Hernán Preciado", "Hernán", "Preciado"),
    ],
)
def test_a_whole_name_is_split(said: str, given: str, surname: str) -> None:
    assert person_name.split(said) == (given, surname)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Ana.Ruiz@GMAIL.com", "ana.ruiz@gmail.com"),
        ("mariela punto ruiz arroba gmail punto com", "mariela.ruiz@gmail.com"),
        ("claudia_m@gmail. com", "claudia_m@gmail.com"),
        ("arroba", None),
    ],
)
def test_a_mail_address_is_stored_as_one(said: str, stored: str | None) -> None:
    assert mail_address.normalised(said) == stored


def test_fields_of_any_reader_are_stored_the_same_way() -> None:
    assert customer_data.normalised(
        {
            "nombre": "luz marina quintero",
            "telefono": "310 456 7890",
            "ciudad": "mde",
            "departamento": "antioquia",
            "direccion": "cll 45 No 12-34",
            "barrio": "barrio la floresta",
            "correo": "no tengo",
            "indicaciones_extra": "casa blanca.",
            "color": "azul",
        }
    ) == {
        "nombre": "Luz Marina",
        "apellido": "Quintero",
        "telefono": "573104567890",
        "ciudad": "Medellín",
        "departamento": "Antioquia",
        "direccion": "Calle 45 # 12-34",
        "barrio": "La Floresta",
        "correo": "N/A",
        "indicaciones_extra": "Casa blanca",
    }


@given(st.dictionaries(st.sampled_from(completeness.FIELDS), st.text(max_size=60)))
def test_any_value_is_survived_and_none_is_empty(fields: dict[str, str]) -> None:
    assert all(customer_data.normalised(fields).values())
