"""The offline reader: the data in a message, whatever the order, the labels and the spelling."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.domain.comprehension import Context

FORM = "Para tu envío escríbeme: nombre, apellido, teléfono, dirección completa, barrio y correo"
ADDRESS = "¿Cuál es la dirección completa de entrega?"


def fields(text: str, last_bot: str = FORM) -> dict[str, str]:
    context = Context(mode="collecting_data", last_bot=last_bot)
    return dict(OfflineComprehender().comprehend([text], context).fields)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("pérez", "¿Me confirmas tu apellido?", {"apellido": "Pérez"}),
        ("ninguno", "¿Cuál es tu correo electrónico? Es opcional", {"correo": "N/A"}),
        ("centro", "¿Cuál es tu barrio?", {"barrio": "Centro"}),
        ("no c", "¿Cuál es tu barrio?", {"barrio": "N/A"}),
        ("no sé", "¿Cuál es tu barrio?", {"barrio": "N/A"}),
        ("pues aquí le dicen El Codito", "¿Cuál es tu barrio?", {"barrio": "El Codito"}),
        (
            "mi esposa, Luz Adriana Cano",
            "¿A nombre de quién va el pedido?",
            {"nombre": "Luz Adriana", "apellido": "Cano"},
        ),
        ("504", "¿Qué número de casa o apartamento?", {"direccion": "504"}),
        ("medallo", "¿En qué ciudad o municipio estás?", {"ciudad": "Medellín"}),
        ("con Nelly", "¿A nombre de quién va el pedido?", {"nombre": "Nelly"}),
        ("valle", "¿De qué departamento?", {"departamento": "Valle del Cauca"}),
        ("el meta", "Solo me falta:\n• Departamento", {"departamento": "Meta"}),
        (
            "caldas, rosa maría díaz",
            "Solo me falta:\n• Nombre completo\n• Departamento\n• Barrio",
            {"nombre": "Rosa María", "apellido": "Díaz", "departamento": "Caldas"},
        ),
        ("me equivoqué, el apto es 804 no 408", FORM, {"direccion": "Apartamento 804"}),
        ("luisa.mora@gmail,com", FORM, {"correo": "luisa.mora@gmail.com"}),
        ("luisa @hotmail . con", FORM, {"correo": "luisa@hotmail.com"}),
        ("no uso email", FORM, {"correo": "N/A"}),
        ("prefiero no dar el correo", FORM, {"correo": "N/A"}),
        ("sin barrio", FORM, {"barrio": "N/A"}),
        ("San Pedro", "¿En qué ciudad o municipio estás?", {"ciudad": "San Pedro"}),
        ("no es cali, es candelaria", FORM, {"ciudad": "Candelaria"}),
        ("cra 12 # 8-30 no 8-20 es la direccion", FORM, {"direccion": "Carrera 12 # 8-30"}),
        ("juan de cali", FORM, {"nombre": "Juan", "ciudad": "Cali"}),
        (
            "no tengo celular propio, el de mi hija es 3107776655",
            FORM,
            {"telefono": "573107776655"},
        ),
        ("asdfgh", FORM, {}),
        ("o sea no tengo q dar plata antes", FORM, {}),
    ],
)
def test_a_short_answer_is_the_field_that_was_asked(
    text: str, question: str, expected: dict[str, str]
) -> None:
    assert fields(text, question) == expected


@pytest.mark.parametrize(
    ("text", "first", "surname"),
    [
        ("Yorlenis Polo Barraza, 300 412 77 19, barrio rebolo", "Yorlenis", "Polo Barraza"),
        ("Kevin\nMuñoz\n3216667788", "Kevin", "Muñoz"),
        ("MARTHA LUCIA BOLIVAR CEL 3017785543", "Martha Lucia", "Bolivar"),
        ("mi nombre quedó mal, es Yamile Ríos", "Yamile", "Ríos"),
        ("nombre Esteban apellido Espinosa", "Esteban", "Espinosa"),
        ("nombre Sonia apellido Vargas", "Sonia", "Vargas"),
        ("Camila Barrios Mosquera\n3104412233\nbarrio Centro", "Camila", "Barrios Mosquera"),
        ("Patricia Calle Luna, 3104412233, calle 5 # 3-20", "Patricia", "Calle Luna"),
        ("Nombre: Elsa\nApellido: Plata Lozano", "Elsa", "Plata Lozano"),
        ("póngalo a nombre mío, Consuelo Ayala", "Consuelo", "Ayala"),
    ],
)
def test_a_name_is_known_by_its_place_and_its_surnames(text: str, first: str, surname: str) -> None:
    read = fields(text)

    assert read["nombre"] == first
    assert read["apellido"] == surname


LABELLED = (
    "nombre Esteban", "apellido: Carrera Ríos", "Tel: 310 456 7890", "dir cll 45 No 12-34 apto 201",
    "barrio Buenos Aires", "ciudad Tuluá", "departamento: Valle", "correo esteban1@gmail.com",
)  # fmt: skip
BARE = (
    "Esteban Carrera Ríos", "310 456 7890", "cll 45 No 12-34 apto 201", "barrio Buenos Aires",
    "Tuluá, Valle", "esteban1@gmail.com",
)  # fmt: skip


@settings(deadline=None)
@given(
    st.permutations(LABELLED) | st.permutations(BARE),
    st.sampled_from([", ", "\n"]),
    st.sampled_from([str, str.lower, str.upper]),
)
def test_a_form_is_read_in_any_order(
    parts: list[str], joint: str, case: Callable[[str], str]
) -> None:
    assert fields(case(joint.join(parts))) == {
        "nombre": "Esteban",
        "apellido": "Carrera Ríos",
        "telefono": "573104567890",
        "direccion": "Calle 45 # 12-34 Apartamento 201",
        "barrio": "Buenos Aires",
        "ciudad": "Tuluá",
        "departamento": "Valle del Cauca",
        "correo": "esteban1@gmail.com",
    }


@pytest.mark.parametrize(
    "text",
    [
        "y que nombre de transportadora es",
        "mz 14 cs 22 villa del prado, 3127781200",
        "calle 5 # 3-20, me lo dejan en portería con don Álvaro",
    ],
)
def test_what_is_called_or_looks_like_a_person_is_not_one(text: str) -> None:
    assert "nombre" not in fields(text)


@pytest.mark.parametrize(
    ("text", "barrio"),
    [
        ("Cl 63 Sur #80-21 Bosa Piamonte", "Bosa Piamonte"),
        ("transv 78 # 69b 08 sur bogota kennedy", "Kennedy"),
        ("Soacha, San Mateo, calle 30 # 5-40", "San Mateo"),
        ("calle 25b 12 98 barrio la palma maria bernarda hoyos 3215509987", "La Palma"),
        ("cambie el barrio a Villa Carolina", "Villa Carolina"),
        ("cra 27 # 18-40 barrio Alarcón Bucaramanga", "Alarcón"),
        ("cra 27 # 18-40 barrio Estrella", "Estrella"),
        ("cra 27 # 18-40 barrio Buenos Aires, yopal", "Buenos Aires"),
    ],
)
def test_a_barrio_is_what_stands_between_town_address_and_name(text: str, barrio: str) -> None:
    assert fields(text, ADDRESS)["barrio"] == barrio


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("diagonal 59 # 46-18 segundo piso", "Diagonal 59 # 46-18 Segundo Piso"),
        ("Cra 23 # 63-15 Ed. El Castillo", "Carrera 23 # 63-15 Edificio El Castillo"),
        ("Tr 93 # 53-48 Int 12", "Transversal 93 # 53-48 Interior 12"),
        ("calle 30 # 5 este 40 casa 88", "Calle 30 # 5 Este-40 Casa 88"),
        ("falta el apto, es el 402", "Apartamento 402"),
        ("km 18 via al mar, condominio Brisas", "Kilómetro 18 Vía Al Mar, Condominio Brisas"),
        ("Urb. El Bosque Mz C Lote 14", "Urbanización El Bosque Manzana C Lote 14"),
    ],
)  # fmt: skip
def test_an_address_is_read_to_its_end(text: str, address: str) -> None:
    assert fields(text, ADDRESS)["direccion"] == address


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("mi cel (57) 318.221.9004", "573182219004"),
        ("57 320 889 7712", "573208897712"),
        ("3 1 1 4 5 5 9 8 7 2", "573114559872"),
        ("tres diez, doscientos veinte, cuarenta y cinco, sesenta", "573102204560"),
        ("fijo 606 752 0011 y cel 3142200981", "573142200981"),
        ("los dos sirven: 3123456780 y 3009876543", "573123456780"),
        ("057 3001234567", "573001234567"),
        ("+34 612 334 455 es que estoy en españa", "+34612334455"),
        ("+1 (305) 555-0199", "+13055550199"),
        ("Calle 17 # 10-52\n3134567099", "573134567099"),
    ],
)
def test_a_phone_is_read_in_every_shape_and_a_foreign_one_kept(text: str, phone: str) -> None:
    assert fields(text, "¿A qué número de teléfono te contactamos?")["telefono"] == phone


def test_a_landmark_is_no_barrio() -> None:
    assert "barrio" not in fields("kilómetro 7 vía Tunja-Paipa, restaurante El Fogón, 3112340098")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("corregimiento de Rozo, casa 14, Palmira", "Corregimiento de Rozo, Casa 14"),
        ("vereda Llano Grande lote 12, San Gil", "Vereda Llano Grande Lote 12"),
    ],
)
def test_a_vereda_or_corregimiento_is_part_of_the_address_and_no_town(
    text: str, address: str
) -> None:
    read = fields(text)

    assert read["direccion"] == address
    assert read["ciudad"] in ("Palmira", "San Gil")


@pytest.mark.parametrize(
    "text",
    ["¿tienen oficina en Bogotá?", "manejan contraentrega en apartadó", "es legal en colombia?"],
)
def test_a_question_about_a_town_tells_nothing_about_the_customer(text: str) -> None:
    assert "ciudad" not in fields(text)


def test_a_question_about_the_delivery_is_no_direction_for_it() -> None:
    assert "indicaciones_extra" not in fields("Hugo Lara 3016754432 ¿me lo dejan en la casa?")
    assert "indicaciones_extra" in fields("Hugo Lara 3016754432, me lo dejan en la portería")


@pytest.mark.parametrize(
    ("texts", "field", "expected"),
    [
        (["soy de Cali", "perdón, de Pasto"], "ciudad", "Pasto"),
        (["soy de Sogamoso", "en boyacá"], "ciudad", "Sogamoso"),
        (["Ana Ruiz\nMontería Córdoba", "vivo en san andres islas"], "ciudad", "San Andrés"),
        (["barrio La Floresta", "barrio Villa Luz"], "barrio", "Villa Luz"),
        (["Calle 5 # 3-2", "no, Calle 7 # 3-2"], "direccion", "Calle 7 # 3-2"),
        (["Diagonal 15 # 69-30", "Diagonal 15 # 69-30"], "direccion", "Diagonal 15 # 69-30"),
        (["Calle 5", "# 3-2 apto 4"], "direccion", "Calle 5 # 3-2 Apartamento 4"),
        (["Calle 10 # 5-20", "apto 301"], "direccion", "Calle 10 # 5-20 Apartamento 301"),
        (["no tengo correo", "ana@gmail.com"], "correo", "ana@gmail.com"),
        (["Mi nombre es Jhon Jairo", "Jhon Jairo Muñoz\nCali"], "apellido", "Muñoz"),
        (["Ana Ruiz", "a nombre de Luz Marina Ortiz"], "nombre", "Luz Marina"),
        (["Ana María", "Gómez Ruiz", "3001234567"], "apellido", "Gómez Ruiz"),
        (["Ocaña", "km 48 vía al llano, barrio La Floresta"], "ciudad", "Ocaña"),
    ],
)
def test_of_messages_read_together_the_last_word_counts(
    texts: list[str], field: str, expected: str
) -> None:
    context = Context(mode="collecting_data", last_bot=FORM)

    assert OfflineComprehender().comprehend(texts, context).fields[field] == expected


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("el barrio no se lo doy", {"barrio"}),
        ("prefiero no dar la dirección", {"direccion"}),
        ("no quiero dar mi correo", {"correo"}),
        ("sin correo, el teléfono no se lo doy", {"correo", "telefono"}),
    ],
)
def test_what_is_known_and_not_told_is_refused(text: str, refused: set[str]) -> None:
    fields = OfflineComprehender().comprehend([text], Context(mode="collecting_data")).fields

    assert fields == dict.fromkeys(refused, "N/A")


def test_two_surnames_after_the_given_name_alone_are_both_the_surname() -> None:
    form = "Escríbeme por favor:\nNombre y apellido\nTeléfono\nDirección y barrio"
    context = Context(
        mode="collecting_data", last_bot=form, known_fields={"nombre": "Yeison", "telefono": "57"}
    )
    read = OfflineComprehender().comprehend

    assert read(["Murillo Palacios"], context).fields == {"apellido": "Murillo Palacios"}
    assert read(["Carlos Palacios"], context).fields["nombre"] == "Carlos"


def test_a_town_that_is_only_asked_about_gives_way_to_one_that_is_told() -> None:
    asked, told = "¿tienen oficina en Bogotá?", "hola, soy de Pitalito y quiero comprar"

    read = OfflineComprehender().comprehend([asked, told], Context(mode="collecting_data"))

    assert read.fields["ciudad"] == "Pitalito"
