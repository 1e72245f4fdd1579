"""Who buys: invented people, and the ways in which they write down what a delivery needs."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

NAMES = "Ana María|José Luis|Yurani|Carlos|Luz Marina|Wilmer|Diana|Jhon Jairo|Rosa|Andrés Felipe"
SURNAMES = "Gómez|Ruiz Díaz|Martínez|Peña|Castaño|Rojas|De la Hoz|Muñoz Londoño|Ortiz|Vargas"
#: Towns and where they lie; some names are those of several.
TOWNS: tuple[tuple[str, str], ...] = (
    ("Medellín", "Antioquia"),
    ("Cali", "Valle"),
    ("Bogotá", "Cundinamarca"),
    ("Bucaramanga", "Santander"),
    ("Pereira", "Risaralda"),
    ("Ibagué", "Tolima"),
    ("Pasto", "Nariño"),
    ("Montería", "Córdoba"),
    ("Sogamoso", "Boyacá"),
    ("Pitalito", "Huila"),
    ("Ocaña", "Norte de Santander"),
    ("Rionegro", "Antioquia"),
    ("Barbosa", "Santander"),
    ("Villanueva", "Casanare"),
)
STREETS = (
    "Calle {} # {}-{}|cra {} no {}-{}|Cll {} #{}-{} apto 301|carrera {} # {} - {} casa 2"
    "|Avenida {} # {}-{} torre 4 apto 502|Diagonal {} # {}-{}|kr {} {}-{}"
)
RURAL = "Manzana {} casa {}|vereda El Carmen finca La Esperanza|km {} vía al llano, casa {}"
QUARTERS = "La Floresta|San Fernando|El Poblado|Villa Luz|Los Almendros|Centro"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    nombre: str
    apellido: str
    telefono: str
    ciudad: str
    departamento: str
    direccion: str
    barrio: str
    correo: str

    def whole(self, dice: random.Random) -> str:
        """Everything in one message, with or without labels."""
        lines = [
            f"{self.nombre} {self.apellido}",
            self.telefono,
            self.direccion,
            f"barrio {self.barrio}",
            self.ciudad + dice.choice(("", f", {self.departamento}", f" {self.departamento}")),
            *([self.correo] if dice.random() < 0.5 else []),
        ]
        if dice.random() < 0.3:
            names = ("Nombre", "Teléfono", "Dirección", "Barrio", "Ciudad", "Correo")
            bare = [lines[0], lines[1], lines[2], self.barrio, *lines[4:]]
            return "\n".join(f"{name}: {line}" for name, line in zip(names, bare, strict=False))
        return dice.choice(("\n", "\n", ", ")).join(lines)

    def piece(self, field: str, dice: random.Random) -> str:
        """One thing, as people write it."""
        return dice.choice(_WAYS[field])(self)

    @property
    def known(self) -> Mapping[str, str]:
        return {"telefono": f"57{_digits(self.telefono)}", "ciudad": self.ciudad}


def born(dice: random.Random) -> Person:
    nombre, apellido = dice.choice(NAMES.split("|")), dice.choice(SURNAMES.split("|"))
    number = f"3{dice.choice('0125')}{dice.randrange(10)}{dice.randrange(10**7):07}"
    shape = dice.choice(("{}{}{}", "{} {} {}", "{}-{}-{}", "+57 {} {} {}"))
    ciudad, departamento = dice.choice(TOWNS)
    numbers = [dice.randint(1, 90) for _ in range(3)]
    return Person(
        nombre=nombre,
        apellido=apellido,
        telefono=shape.format(number[:3], number[3:6], number[6:]),
        ciudad=ciudad,
        departamento=departamento,
        direccion=dice.choice((STREETS if dice.random() < 0.8 else RURAL).split("|")).format(
            *numbers
        ),
        barrio=dice.choice(QUARTERS.split("|")),
        correo=f"{nombre.split()[0].lower().replace('é', 'e')}{numbers[0]}@gmail.com",
    )


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))[-10:]


_WAYS: Mapping[str, tuple[Callable[[Person], str], ...]] = {
    "nombre": (
        lambda who: f"{who.nombre} {who.apellido}",
        lambda who: f"me llamo {who.nombre} {who.apellido}",
        lambda who: f"a nombre de {who.nombre} {who.apellido}".lower(),
        lambda who: f"Mi nombre es {who.nombre}",
    ),
    "telefono": (
        lambda who: who.telefono,
        lambda who: f"mi cel es {who.telefono}",
        lambda who: f"Celular: {who.telefono}",
    ),
    "direccion": (
        lambda who: who.direccion,
        lambda who: f"la dirección es {who.direccion}",
        lambda who: f"{who.direccion} barrio {who.barrio}",
    ),
    "ciudad": (
        lambda who: who.ciudad,
        lambda who: f"soy de {who.ciudad}",
        lambda who: f"es para {who.ciudad}".lower(),
    ),
    "departamento": (lambda who: who.departamento, lambda who: f"en {who.departamento}".lower()),
    "barrio": (lambda who: f"barrio {who.barrio}",),
    "correo": (lambda who: who.correo, lambda _who: "no tengo correo"),
}
PIECES = tuple(_WAYS)
