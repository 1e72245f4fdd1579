"""Addresses are written out on whole words only; facts §2.6 lists what was corrupted before."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain import address
from morfx.domain.spelling import plain


@pytest.mark.parametrize(
    ("said", "written"),
    [
        # the corruptions of facts §2.6
        ("Calle 5 No 3-20", "Calle 5 # 3-20"),
        ("apto 201", "Apartamento 201"),
        ("Avenida Nogal", "Avenida Nogal"),
        ("Oficina 401", "Oficina 401"),
        ("av el nogal no 4-18", "Avenida El Nogal # 4-18"),
        ("edificio apartamentos del norte", "Edificio Apartamentos del Norte"),
        ("Avenida El Poblado Oficina 401", "Avenida El Poblado Oficina 401"),
        ("Local 3 Centro Comercial Nogal Norte", "Local 3 Centro Comercial Nogal Norte"),
        ("Calle 5 Norte # 3-20", "Calle 5 Norte # 3-20"),
        ("Edificio Notaría piso 2", "Edificio Notaría Piso 2"),
        # number signs
        ("cll 10 nº 5 - 20", "Calle 10 # 5-20"),
        ("calle 30 No. 4b-17 int 102", "Calle 30 # 4B-17 Interior 102"),
        ("cra43a#18-22 ap 302", "Carrera 43A # 18-22 Apartamento 302"),
        ("calle 45 12 34", "Calle 45 # 12-34"),
        # roads
        ("k 8 cll 20 esquina", "Carrera 8 Calle 20 Esquina"),
        ("ac 26 # 69-76 torre 1 of 1101", "Avenida Calle 26 # 69-76 Torre 1 Oficina 1101"),
        ("AK 7 # 127-20", "Avenida Carrera 7 # 127-20"),
        ("diag 32 tv 54 # 12-05", "Diagonal 32 Transversal 54 # 12-05"),
        ("cl 18 a bis # 6a-23", "Calle 18A Bis # 6A-23"),
        ("calle 12 sur no 4-5 este", "Calle 12 Sur # 4-5 Este"),
        ("cra 4 entre calles 8 y 9", "Carrera 4 Entre Calles 8 y 9"),
        # dwellings
        ("mz h cs 15 etapa 2", "Manzana H Casa 15 Etapa 2"),
        ("sm 5 mz 12 cs 8", "Supermanzana 5 Manzana 12 Casa 8"),
        ("km 4 via la calera", "Kilómetro 4 Vía La Calera"),
        # in words
        ("calle cuarenta y cinco número doce treinta y cuatro", "Calle 45 # 12-34"),
        ("carrera quinta numero tres veintiuno", "Carrera 5 # 3-21"),
    ],
)
def test_an_address_is_written_out(said: str, written: str) -> None:
    assert address.normalised(said) == written


STREETS = st.tuples(
    st.sampled_from(["cll", "Calle", "Cra.", "kra", "CR", "Av", "diag", "Tv", "ac", "Carrera"]),
    st.sampled_from(["5", "12", "43A", "8 b", "7 sur", "18 a bis", "26"]),
    st.sampled_from(["#", "No", "No.", "nro", "N°", "num", "Número"]),
    st.sampled_from(["3-20", "12 - 34", "4b-17", "101 - 5 este"]),
).map(" ".join)
RURAL = st.sampled_from(
    [
        "vereda El Nogal",
        "finca La Norteña",
        "km 4 vía La Calera",
        "Corregimiento de Rozo",
        "vda Avenales",
    ]
)
MORE = st.sampled_from(
    (
        "apto 201|Apto. 302|ap 5|torre 2|int 5|casa 14|of 401|Oficina 7|mz C|piso 3|local 12|"
        "esquina|Edificio Nogal|Conjunto Torres del Norte|edificio Notaría|segundo piso"
    ).split("|")
)


def _is_abbreviation(word: str) -> bool:
    return (
        address.is_road(word)
        or address.is_unit(word)
        or address.needs_number(word)
        or word in address.NUMBER_SIGNS
        or len(word) == 1
    )


@given(STREETS | RURAL, st.lists(MORE, max_size=4), st.sampled_from([" ", ", ", "\n"]))
def test_a_written_address_stays_and_has_lost_no_number_and_no_word(
    place: str, more: list[str], joint: str
) -> None:
    said = joint.join([place, *more])

    written = address.normalised(said)

    assert address.normalised(written) == written
    assert re.findall(r"\d+", written) == re.findall(r"\d+", said)
    named = [word for word in re.findall(r"[^\W\d_]+", said) if not _is_abbreviation(plain(word))]
    assert {word.casefold() for word in named} <= set(re.findall(r"[^\W_]+", written.casefold()))


@pytest.mark.parametrize(
    ("known", "given_alone", "together"),
    [
        ("Calle 5 # 3-20", "Apartamento 804", "Calle 5 # 3-20 Apartamento 804"),
        ("Calle 5 # 3-20 Apartamento 408", "Apartamento 804", "Calle 5 # 3-20 Apartamento 804"),
        ("Calle 5 # 3-20 Torre 1", "Torre 2 Apartamento 5", "Calle 5 # 3-20 Torre 2 Apartamento 5"),
        ("Calle 5 # 3-20 Apartamento 408", "804", "Calle 5 # 3-20 Apartamento 804"),
        ("Calle 5 # 3-20", "Carrera 8 # 1-10", "Carrera 8 # 1-10"),
        ("Calle 5 # 3-20", "Manzana 7 Casa 21", "Manzana 7 Casa 21"),
        ("Calle 5 # 3-20", "Vereda El Rosal", "Vereda El Rosal"),
    ],
)
def test_a_flat_given_alone_is_added_to_the_address(
    known: str, given_alone: str, together: str
) -> None:
    assert address.extended(known, given_alone) == together


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    address.normalised(text)


@given(
    st.sampled_from(["Calle", "Carrera", "Diagonal", "Transversal"]),
    st.integers(1, 199),
    st.integers(1, 99),
    st.integers(1, 99),
)
def test_a_written_address_stays_as_it_is(road: str, one: int, two: int, three: int) -> None:
    written = f"{road} {one} # {two}-{three:02}"

    assert address.normalised(written) == written
