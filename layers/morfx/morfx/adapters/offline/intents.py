"""From what a message does to the intents the agent knows, by the question left open.

The rules are those of the label guide: a bare yes takes the pending question's intent, a choice of
pack subsumes buying, of three intents the greeting goes, an injection beside a real question is no
intent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from morfx.adapters.offline import packs
from morfx.adapters.offline.question import Asked
from morfx.adapters.offline.short_answer import Answer
from morfx.domain.comprehension import Context

#: Yes and no to each question.
_YES: Mapping[Asked, str] = {
    "buy": "captura_datos_si_compra",
    "hear_promotions": "info_promociones",
    "see_promotions": "ofrecer_promos",
    "which_pack": "ofrecer_promos",
    "confirm": "compra_confirmada",
    "person": "fallback",
}
_NO: Mapping[Asked, str] = {
    "buy": "no_interesa",
    "hear_promotions": "no_interesa",
    "see_promotions": "no_interesa",
    "which_pack": "no_interesa",
    "confirm": "no_confirmado",
}
_NOT_YET = frozenset({"buy", "hear_promotions", "see_promotions", "which_pack", "confirm"})
_LATER = re.compile(
    r"\b(?:manana|luego|despues|mas (?:tarde|tardecito|adelante)|otro dia|ahorita|al rato|en la (?:tarde|noche)|el (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)|esta (?:tarde|noche|semana))\b"
    r".{0,30}\b(?:escrib|avis|habl|confirm|cuento|digo|respond|contest|miro|llam)"
)
#: While data is awaited, who needs a moment is about to send it.
_AWAITED = frozenset(
    {"form", "telefono", "direccion", "correo", "barrio", "ciudad", "nombre", "apellido"}
)
_A_MOMENT = re.compile(
    r"\b(?:(?:un|dos) (?:momentic?o|momentito|segundito|minutico|minuto|segundo)s?|busc\w+|ya (?:le|te|les|se lo|se los) (?:mand|escrib|pas|envi|dict|copi)\w+|ahorita (?:le|te|se)|toy|estoy (?:ocupad|trabaj|manej)\w+|dame 5|deme 5)\b"
)
_CONFIRMS = re.compile(r"\bconfirm(?:o|ad[oa]|emos|ar)\b")
_REFUSES = re.compile(r"\b(?:no|cambi\w+|mejor|todavia|antes)\b|\?")
#: A yes that asks for the product itself.
_WANTS = re.compile(r"\bquiero\b")
_UNDECIDED = re.compile(r"pens|decid|plata|quincena|consult|segur|duda|pag(?:uen|an)|cobr")
#: Acts that are intents as they are.
_SAME = frozenset(
    "hola precio contenido_envase como_se_toma modopago metodos_de_pago modopago2 envio invima ubicacion "
    "contraindicaciones sisirve no_interesa".split()
)
_OUTSIDE = frozenset({"persona", "queja", "fuera", "inyeccion", "ruido"})
_PEOPLE = frozenset({"persona", "queja"})
_SILENT = frozenset({"nada", "ruido", "niega"})
#: What leaves a yes a yes.
_BESIDE_YES = _PEOPLE | _SILENT | {"afirma", "hola"}
#: Asking for less money is info_promociones wherever it is asked.
_HAGGLING = re.compile(
    r"descuent|rebaj|\bnapa\b|\bencima\b|mas barat|menos|dej(?:a|e|as|an)(?:me|lo|melo)? en|deja en|cupon|ultimo precio|lo ultimo|me hace precio|por cantidad|"
    r"\b(?:4|5|6|7|8|9|10|12|cuatro|cinco|seis|docena) (?:frasc|tarr|unid)"
)
_DATA_GIVEN = re.compile(
    r"ya (?:le|te|les) (?:mande|di|envie|pase|escribi)|ya (?:mande|di|envie|pase)"
)
_AFTER_DATA = frozenset({"ofrecer_promos", "resumen", "compra_confirmada"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What was found in a message, before it is read against its context."""

    plain: str
    #: Act → 0 to 1, only those the message does, in the order said.
    acts: Mapping[str, float]
    pack: str | None
    has_data: bool
    answer: Answer | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    intents: tuple[str, ...] = ()
    pack: str | None = None
    wants_human: bool = False
    #: Nothing to answer, though there is an intent: bare greeting, noise.
    idle: bool = False
    odds: Mapping[str, float] = field(default_factory=dict)


def mean(said: Said, context: Context, question: Asked) -> Meaning:
    """The intents of what was said, greeting first, at most two."""
    if said.answer and not said.has_data:
        return _bare(said, context, question)
    acts = _kept(said)
    if not said.has_data and (put_off := _put_off(acts, said, question)) is not None:
        return put_off
    odds: dict[str, float] = {}
    for act in acts:
        if intent := _intent(act, said, context, question):
            odds[intent] = max(odds.get(intent, 0.0), said.acts[act])
    odds = _confirmed_again(odds, said, context, question)
    odds = _consistent(odds)
    intents = _at_most_two(odds)
    pack = _pack(said, intents, context)
    return Meaning(
        intents=intents,
        pack=pack,
        # Who asks two things besides wants a person all the same
        wants_human="fallback" in odds
        and (bool(_PEOPLE & set(acts)) or (question == "person" and "afirma" in acts)),
        idle=intents in ((), ("hola",)) or not set(acts) - _SILENT - {"hola"},
        odds={intent: odds[intent] for intent in intents},
    )


def _put_off(acts: Sequence[str], said: Said, question: Asked) -> Meaning | None:
    """A plea to wait: no answer to a decision, nothing to answer while data is awaited."""
    if set(acts) <= _SILENT and question in _NOT_YET and _LATER.search(said.plain):
        return Meaning(intents=("no_confirmado",), odds={"no_confirmado": 0.8})
    if acts == ["duda"] and question in _AWAITED and _A_MOMENT.search(said.plain):
        return None if _UNDECIDED.search(said.plain) else Meaning(idle=True)
    return None


def _confirmed_again(
    odds: dict[str, float], said: Said, context: Context, question: Asked
) -> dict[str, float]:
    """An assent that names the pack of the summary once more confirms it, and chooses nothing."""
    again = f"resumen_{said.pack}"
    quoted = question == "confirm" and f"{said.pack} " in (context.last_bot or "").lower()
    assents = "compra_confirmada" in odds or _CONFIRMS.search(said.plain)
    refuses = odds.keys() & {"no_confirmado", "no_interesa"} or _REFUSES.search(said.plain)
    if again not in odds or not quoted or not assents or refuses:
        return odds
    rest = {intent: value for intent, value in odds.items() if intent != again}
    return {**rest, "compra_confirmada": max(odds[again], odds.get("compra_confirmada", 0.0))}


def _bare(said: Said, context: Context, question: Asked) -> Meaning:
    answer = said.answer
    if answer == "yes":
        intent = _YES.get(question)
        if context.mode == "conversacion" and _WANTS.search(said.plain):
            intent = intent or "captura_datos_si_compra"
    elif answer in ("no", "none"):
        intent = _NO.get(question)
    elif answer == "not_yet":
        intent = "no_confirmado" if question in _NOT_YET else None
    else:
        intent = None
    if not intent:
        return Meaning(idle=True)
    return Meaning(intents=(intent,), wants_human=intent == "fallback", odds={intent: 0.97})


def _kept(said: Said) -> list[str]:
    """The acts that count beside each other."""
    acts = [act for act in said.acts if act != "nada"]
    real = [act for act in acts if act not in ("inyeccion", "ruido", "hola", "niega")]
    if (real or said.has_data) and not (
        real == ["afirma"] or (real == ["elige"] and "inyeccion" in acts)
    ):
        acts = [act for act in acts if act not in ("inyeccion", "ruido")]
    elif "inyeccion" in acts:
        acts = ["inyeccion"]
    if "no_interesa" in acts:
        acts = [act for act in acts if act not in ("duda", "afirma", "comprar")]
    if "duda" in acts:
        acts = [act for act in acts if act not in ("afirma", "comprar")]
    return acts


def _intent(act: str, said: Said, context: Context, question: Asked) -> str | None:
    if act in _SAME:
        return act
    if act in _OUTSIDE:
        return "fallback"
    if act == "duda":
        return "no_confirmado"
    if act == "promos":
        return _promotions(said, context, question)
    if act == "elige":
        return f"resumen_{said.pack}" if said.pack else _buying(context, question)
    if act in ("afirma", "comprar"):
        return _agreement(act, said, context, question)
    return None


def _promotions(said: Said, context: Context, question: Asked) -> str:
    if _HAGGLING.search(said.plain):
        return "info_promociones"
    shown = context.mode in _AFTER_DATA or question in ("see_promotions", "promotions_or_person")
    return "ofrecer_promos" if shown or _DATA_GIVEN.search(said.plain) else "info_promociones"


def _buying(context: Context, question: Asked) -> str:
    return "ofrecer_promos" if question == "which_pack" else "captura_datos_si_compra"


def _agreement(act: str, said: Said, context: Context, question: Asked) -> str | None:
    if question == "confirm" or (context.mode == "resumen" and act == "afirma"):
        return "compra_confirmada"
    if act == "comprar":
        chosen = said.pack if packs.chosen(said.plain) else None
        return f"resumen_{chosen}" if chosen else _buying(context, question)
    if question == "person" and set(said.acts) - _BESIDE_YES:
        return None  # "bueno, quiero dos" is no yes to a person
    if question == "which_pack" and "elige" in said.acts:
        return None  # nor is it one to seeing the packs
    return _YES.get(question) or _confirmed(said)


def _confirmed(said: Said) -> str | None:
    """ "Confirmo" is plain wherever it is said; what is missing is the policy's to ask."""
    plainly = _CONFIRMS.search(said.plain) and not _REFUSES.search(said.plain)
    return "compra_confirmada" if plainly and not said.has_data else None


def _consistent(odds: Mapping[str, float]) -> dict[str, float]:
    """Choosing a pack subsumes buying and asking to see them; a form of paying is named once."""
    kept = dict(odds)
    chosen = [intent for intent in kept if intent.startswith("resumen_")]
    if chosen or "compra_confirmada" in kept:
        for lesser in ("captura_datos_si_compra",):
            kept.pop(lesser, None)
    if chosen and "compra_confirmada" in kept:
        kept.pop("compra_confirmada" if kept["compra_confirmada"] < 0.9 else chosen[0])
    return kept


def _at_most_two(odds: Mapping[str, float]) -> tuple[str, ...]:
    intents = list(odds)
    if len(intents) > 2 and "hola" in intents:
        intents.remove("hola")
    strongest = sorted(intents, key=lambda intent: -odds[intent])[:2]
    ordered = [intent for intent in intents if intent in strongest]
    return tuple(sorted(ordered, key=lambda intent: intent != "hola"))


def _pack(said: Said, intents: Sequence[str], context: Context) -> str | None:
    if any(intent.startswith("resumen_") for intent in intents) or "compra_confirmada" in intents:
        return said.pack
    return None
