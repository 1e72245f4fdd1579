"""Addresses are written out on whole words only; facts §2.6 lists what was corrupted before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.domain import address


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
