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
        ("(57) 300.123.4567", "573001234567"),
        ("57-300-1234567", "573001234567"),
        ("057 300 1234567", "573001234567"),
        ("03 300 1234567", "573001234567"),
        ("+57 (604) 123 4567", "576041234567"),
        # landlines as they were written until 2021
        ("(1) 334 4556", "576013344556"),
        ("+57 1 3344556", "576013344556"),
        ("031 334 4556", "576013344556"),
        ("601 334 4556 ext. 102", "576013344556"),
        ("334 4556", "3344556"),
        # abroad
        ("+58 414 1234567", "+584141234567"),
        ("+1 (305) 555-0100", "+13055550100"),
        ("001 305 555 0100", "+13055550100"),
        ("1 305 555 0100", "+13055550100"),
        ("34 612 334 455", "+34612334455"),
        ("+65 8123 4567", "+6581234567"),
        # several
        ("3123456780 / 3009876543", "573123456780"),
        ("312 345 6780 o 300 987 6543", "573123456780"),
        # none, or one that a slip spoilt
        ("310 445 566", None),
        ("+57 310 445 566", None),
        ("310 445 56677", None),
        ("12345", None),
        ("no tengo", None),
    ],
)
def test_a_phone_is_stored_with_its_country(said: str, stored: str | None) -> None:
    assert phone.normalised(said) == stored


@given(
    st.from_regex(r"\+?[0-9]{5,15}", fullmatch=True)
    | st.text(alphabet="0123456789+-. ()/", max_size=24)
)
def test_a_stored_phone_stays_as_it_is(said: str) -> None:
    stored = phone.normalised(said)

    assert stored is None or phone.normalised(stored) == stored


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("573001234567", "300 123 4567"),
        ("+573001234567", "300 123 4567"),
        ("+13055550100", "+13055550100"),
        ("3344556", "3344556"),
    ],
)
def test_a_phone_is_read_back_without_the_country_the_customer_is_in(
    stored: str, read: str
) -> None:
    assert phone.readable(stored) == read


@given(st.from_regex(r"\+?[0-9]{5,14}", fullmatch=True), st.data())
def test_what_stands_between_the_digits_changes_no_phone(digits: str, data: st.DataObject) -> None:
    between = st.sampled_from(["", " ", "  ", ".", "-", " - ", "(", ") "])
    spaced = "".join(digit + data.draw(between) for digit in digits)

    assert phone.normalised(spaced) == phone.normalised(digits)


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
        ("Cartagena de Indias", "Cartagena de Indias"),
        ("san andres isla", "San Andrés"),
        ("narnia", "Narnia"),
        # several towns: as said, in the spelling they share
        ("la union", "La Unión"),
        ("san pedro", "San Pedro"),
        # near a town few know, and a place of its own: as said
        ("cerritos", "Cerritos"),
    ],
)
def test_a_town_gets_its_official_name(said: str, name: str) -> None:
    assert customer_data.city(said) == name


def test_there_are_all_municipalities_of_colombia() -> None:
    assert len({town.code for names in places._gazetteer().values() for town in names}) == 1122


@pytest.mark.parametrize(
    ("said", "department", "code"),
    [
        ("granada", "meta", "50313"),
        ("san pedro", "antioquia", "05664"),
        ("cerrito", "valle", "76248"),
        ("el carmen", "bolivar", "13244"),
        ("santa rosa", "antioquia", "05686"),
    ],
)
def test_a_name_of_several_towns_is_the_one_in_the_departamento_said(
    said: str, department: str, code: str
) -> None:
    found = places.town(said, department)

    assert found
    assert found.code == code


@pytest.mark.parametrize(
    ("city", "department"),
    [
        ("Bogotá, D.C.", "Bogotá, D.C."),
        ("Cartagena de Indias", "Bolívar"),
        ("San Andrés", "Archipiélago de San Andrés, Providencia y Santa Catalina"),
        ("Pitalito", "Huila"),
        ("Armenia", "Quindío"),
        ("Bogota DC", "Bogotá, D.C."),
        ("Mosquera", "Cundinamarca"),
        ("Villanueva", None),
        ("villa nueva", None),
        ("San Carlos", None),
        ("La Unión", None),
        ("San Pedro", None),
        ("Buenavista", None),
        ("El Cerrito", None),
        ("Rionegro", None),
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
        ("Juan Carlos", "Juan Carlos", ""),
        ("pedro pablo ruiz", "Pedro Pablo", "Ruiz"),
        ("María del Mar", "María del Mar", ""),
        ("jose de jesus lopez arias", "Jose de Jesus", "Lopez Arias"),
        ("Luz de la Cruz", "Luz", "De la Cruz"),
        ("francisco javier DE LA ESPRIELLA otero", "Francisco Javier", "De la Espriella Otero"),
        ("Blanca Nubia Ríos de Salazar", "Blanca Nubia", "Ríos de Salazar"),
        ("juan camilo del rio velez", "Juan Camilo", "Del Rio Velez"),
        ("ANA GARCIA-HERREROS", "Ana", "Garcia-Herreros"),
        ("Doña Rosa Pérez", "Rosa", "Pérez"),
        ("pacho", "Pacho", ""),
        ("la mona", "La Mona", ""),
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
        ("sandra@gmail,com", "sandra@gmail.com"),
        ("sandra @ gmail . com", "sandra@gmail.com"),
        ("sandra@gmail", "sandra@gmail.com"),
        ("sandra@hotmail.con", "sandra@hotmail.com"),
        ("sandra@gmial.com", "sandra@gmail.com"),
        ("ana guion bajo r arroba outlook punto es", "ana_r@outlook.es"),
        ("maría.nuñez@hotmail.com", "maria.nunez@hotmail.com"),
        # usual, or not, but somebody's
        ("sandra@mail.com", "sandra@mail.com"),
        ("sandra@yahoo.com.co", "sandra@yahoo.com.co"),
        ("sandra@unal.edu.co", "sandra@unal.edu.co"),
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


@pytest.mark.parametrize(
    "said",
    [
        "no tengo correo", "no uso email", "sin barrio", "prefiero no darlo", "N/A", "n.a.",
        "ninguno", "no lo sé", "no", "no quiero dar ese dato",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", completeness.FIELDS)
def test_a_refusal_is_stored_as_one_in_every_field(name: str, said: str) -> None:
    assert customer_data.normalised({name: said}) == {name: "N/A"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("barrio", "Noanamá"),
        ("direccion", "No 3-20"),
        ("nombre", "Noé"),
        ("apellido", "Nada Mas"),
        ("indicaciones_extra", "no hay portería, timbrar duro"),
        ("direccion", "no tiene nomenclatura, Finca El Rosal"),
    ],
)
def test_what_only_begins_like_a_refusal_is_none(name: str, said: str) -> None:
    assert customer_data.normalised({name: said})[name] != "N/A"


def test_a_surname_given_twice_is_one() -> None:
    fields = {"nombre": "Ana Lucía Pérez", "apellido": "pérez"}

    assert customer_data.normalised(fields) == {"nombre": "Ana Lucía", "apellido": "Pérez"}


@given(st.dictionaries(st.sampled_from(completeness.FIELDS), st.text(max_size=60)))
def test_any_value_is_survived_and_none_is_empty(fields: dict[str, str]) -> None:
    assert all(customer_data.normalised(fields).values())


@pytest.mark.parametrize(
    ("town", "department"),
    [
        ("san andres islas", "Archipiélago de San Andrés, Providencia y Santa Catalina"),
        ("San Andrés", None),
        ("medallo", None),
        ("Bogotá", None),
    ],
)
def test_a_nickname_that_tells_a_town_from_its_namesakes_tells_where_it_lies(
    town: str, department: str | None
) -> None:
    assert customer_data.normalised({"ciudad": town}).get("departamento") == department
