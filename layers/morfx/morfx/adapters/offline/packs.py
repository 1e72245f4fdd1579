"""Which pack a customer names, by number, ordinal, price or size."""

import re
from collections.abc import Sequence

_ONE = r"(?:1|uno|primer[oa]?)"
_TWO = r"(?:2|dos|segund[oa]|par)"
_THREE = r"(?:3|tres|tercer[oa]?)"
_UNIT = r"(?:frascos?|frasquitos?|tarr(?:o|os|ito|itos)|unidad(?:es)?|caj(?:a|as|ita)|elixir(?:es)?|productos?|packs?|paquetes?|pote(?:s|cito)?|botes?|combos?|de es[oa]s?|de los frascos|envases?)"
_OFFER = r"(?:promo(?:cion)?|opcion|combo|pack|paquete|oferta|numero|#|la|el|los|las|esos|esas|de)"

#: A number that counts something else: pills, floors, hours, times, people, years.
_OTHER_COUNTS = (
    r"(?!\s*(?:past|pastill|capsul|comprimid|gota|hora|am\b|pm\b|de la (?:manana|tarde|noche|madrugada)|anos?\b|mes|dia|semana|noche|vez|veces|persona|piso|torre|"
    r"etapa|cuadra|hij|nin|pregunt|cosas|minut|mil\b|mg|cuotas?|x ?1\b|\d))"
)
#: "un frasco", but "una foto" is no pack.
_COUNTED = {"1x": r"(?:1|un|una|uno)(?: sol[oa])?", "2x": _TWO, "3x": _THREE}
_NUMBERS = {"1x": _ONE, "2x": _TWO, "3x": _THREE}
_PRICES = {
    "1x": r"77(?:[.,]?9(?:00)?| ?mil)?\b|setenta y siete",
    "2x": r"109(?:[.,]?9(?:00)?| ?mil)?\b|ciento nueve",
    "3x": r"139(?:[.,]?9(?:00)?| ?mil)?\b|ciento treinta y nueve",
}
_SIZES = {
    "1x": r"individual|\b(?:de|los|las) 90 (?:past|comp|caps|tab)\w+|mas (?:barat|economic|pequen|chiquit)\w*|\b(?:la|el) (?:barat|economic|pequen|chiquit)\w*|(?:uno|una) solit[oa]|sol[oa] un[oa]?|un[oa]? sol[oa]|un[oa]? (?:no|nada) ?mas|un[oa]? nomas|unico|el sencillo",
    "2x": r"\bdoble\b|\b(?:de|los|las) 180\b|\bla de en medio|\ben medio\b|\bdel centro\b|\bdame par\b|\bdeme par\b|del medio|de la mitad|\bun par\b|\bel par\b|la intermedia|el intermedio|el mediano|la mediana|parcit",
    "3x": r"\btriple\b|\b(?:de|los|las) 270\b|\btrio\b|mas grande|(?:la|el) grande|\bultim[oa]\b|mas complet\w+|la complet[oa]|(?:promo|promocion|opcion|combo|pack|paquete|oferta) grande|mas car[oa]|el de mas|la de mas|mayor",
}


def _pattern(pack: str) -> re.Pattern[str]:
    number = _NUMBERS[pack]
    digit = pack[0]
    return re.compile(
        rf"\b{digit} ?x\b(?! ?\d)|\bx ?{digit}\b|\b{number}\b ?(?=x\b)|{_SIZES[pack]}|(?<![\d.#-]){_PRICES[pack]}"
        rf"|\b{_OFFER} (?:de )?(?:l[ao]s? )?{number}\b{_OTHER_COUNTS}"
        rf"|\b{_COUNTED[pack]} {_UNIT}|\b{digit}️?⃣"
        rf"|\b(?:quiero|dame|deme|damelos|\w{(3,)}[ea]me(?:l[oa]s?)?|mand[ae]\w*|env[ii][ae]\w*|llevo|llevar|llev[oa]\w*|regal\w+|separ\w+|apunt\w+|anot\w+|pido|pedi|pediste|pedir|eran?|escoj\w+|escog\w+|elij\w+|elig\w+|qued\w+|vamonos|comprar|compro|sean|sea|seria|serian|son|van|prefiero|mejor|solo|con|voy|vamos|necesito|cambi\w+|pong\w+|ech\w+|hag\w+|baj\w+|sub\w+|apart\w+|encarg\w+|trai\w+|despach\w+|vamon?os|arranc\w+|dej\w+|quede|quedo con|tomo|dele|hagale con|probar|empezar con|si|listo|bueno|ok) (?:los |las |por |con |a |en |el |la |de |le )*{number}\b{_OTHER_COUNTS}"
        rf"|^\W*(?:l[oa]s? |el |la )?{number}\W*$"
        rf"|^\W*(?:l[oa]s? |el |la )?{number}\b(?= ?,| y | por ?fa\w*| porfis| xfa| pls| no mas| nomas| pa | para | veci| pues| mejor| porque| que | xq)"
    )


_PATTERNS = {pack: _pattern(pack) for pack in ("1x", "2x", "3x")}
_WRITTEN = re.compile(r"(?<!\S)(?:[123] ?x|x ?[123])(?!\S)")
_AFTER_ALL = re.compile(r"\b(?:no|mejor|cambi\w+|ya no|sino|perdon|corrijo|digo)\b")
#: "el de 2 o el de 3?": two packs weighed against each other, and none of them chosen.
_NAMED = rf"(?:el|la|los|las) (?:de )?(?:{_ONE}|{_TWO}|{_THREE})(?: ?x)?"
_COMPARED = re.compile(
    rf"\b{_NAMED} (?:o|u|vs) {_NAMED}\b|\bentre (?:{_NAMED}|1|2|3|un[oa]|dos|tres)(?: {_UNIT})? y (?:{_NAMED}|1|2|3|un[oa]|dos|tres)\b"
)
_NOT_PACKS = re.compile(
    r"\b2 ?x ?1\b|\bde una\b(?! (?:sola|caja))|\buna (?:pregunta|duda|queja|persona|asesora|cotizacion|rebaj\w+|consulta|direccion|finca|vereda|noche|hora|promo\w*|vez)\b|\bun (?:pedido|asesor|descuento|momento|momentico|segundo|favor|regalo|dia|mes|mensaje|humano|agente|amigo|reclamo|numero|robot|bot)\b|\bprimera (?:vez|noche)|\bcada un[oa]\b|\bsegundo (?:piso|apellido|nombre)|(?<!\ba )\buno (?:se|puede|lo|la|paga|toma|que|q|tiene|le)\b|\b(?:los|las) (?:dos|tres) (?:juntos|opciones|promociones)|\b(?:un[oa]?|dos|1|2) o (?:dos|tres|mas|2|3)\b"
)


def named(plain_text: str) -> str | None:
    """The pack the text names; of several the one said last, or after "mejor"."""
    text = _COMPARED.sub(" · ", _NOT_PACKS.sub(" · ", plain_text))
    found = [
        (match.start(), match.end(), pack)
        for pack, pattern in _PATTERNS.items()
        for match in pattern.finditer(text)
    ]
    found = [hit for hit in found if not _denied(text, hit[0])] or found
    if not found:
        return None
    return _chosen(text, sorted(found))


def chosen(plain_text: str) -> str | None:
    """The pack named in a clause that asks nothing."""
    clauses = _CLAUSES.split(_COMPARED.sub(" · ", plain_text))
    clauses = [clause for clause in clauses if not _asks(clause)]
    return next((pack for clause in clauses if (pack := named(clause))), None)


def written_out(plain_text: str) -> bool:
    """Whether a pack stands as the shop writes it: ``3x``, ``x2``."""
    return bool(_WRITTEN.search(_NOT_PACKS.sub(" · ", plain_text)))


def asked_about(plain_text: str) -> bool:
    """Whether the only packs named stand in questions, or beside each other to be compared."""
    if named(plain_text) is None:
        return bool(_COMPARED.search(plain_text))
    return _asks(plain_text)


_CLAUSES = re.compile(r"[,;.\n!]+|(?<=\?)|\by\b|\bpero\b|\bq tambien\b")
_INTERROGATIVE = re.compile(
    r"\b(?:cuant[oa]s?|a como|q(?:ue)? (?:vale|trae|diferencia|contiene|precio|valor)|cual(?:es)?|como (?:es|son|era|hago|hacemos|seria|compro|pido|puedo)|en cuanto|expli\w+|muestr\w+|cuente\w*|repit\w+|diferencia|por que)\b"
)
#: "¿y si llevo dos?"
_SUPPOSES = re.compile(r"\W*(?:y )?si (?:me )?(?:llev|compr|pid|encarg)\w+")
#: Asks about a pack, unless the clause is a choice: "quiero el que trae dos".
_DESCRIBES = re.compile(
    r"\b(?:precio|valor|(?<!mi )vale(?! ?$)|valen|cuesta|sale|salen|dura|alcanza|trae|traen|ahorro)\b"
)
_WANTS = re.compile(
    r"\b(?:quiero|dem[eo]|dame|mand[ae]\w*|envi[ea]\w*|llevo|regal\w+|separ\w+|apunt\w+|anot\w+|prefiero|escoj\w*|me quedo)\b"
)


def _asks(clause: str) -> bool:
    if _INTERROGATIVE.search(clause):
        return True
    posed = clause.rstrip().endswith("?")
    if posed and _SUPPOSES.match(clause):
        return True
    return bool(posed or _DESCRIBES.search(clause)) and not _WANTS.search(clause)


def _chosen(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    """The first one, unless a change of mind stands before a later one.

    "los dos, uno para mi y otro para mi mama" chooses two.
    """
    for start, _, pack in reversed(found[1:]):
        if _AFTER_ALL.search(text, found[0][1], start):
            return pack
    first = found[0][0]
    same_place = [hit for hit in found if hit[0] <= first + 1]
    return max(same_place, key=lambda hit: hit[1] - hit[0])[2]


def _denied(text: str, start: int) -> bool:
    """``no el de 2, el de 3``."""
    return bool(
        re.search(
            r"\bno (?:quiero |es |era )?$|\ben (?:vez|lugar) de $|\bno (?:el|la|los) (?:de )?$",
            text[max(0, start - 18) : start],
        )
    )
