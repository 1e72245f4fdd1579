"""How a message opens: a greeting or an assent, apart from what follows."""

import re
from dataclasses import dataclass

from morfx.adapters.offline.short_answer import short_answer

#: Called out before or after a greeting.
_CALL = (
    r"(?:parc\w*|veci\w*|amig[oa]|senor\w*|sumerce|mi (?:reina|rey|amor|nina|llave|vale|gente|hermano)|linda|hermos[oa]|reina|pana|bro|mana|mano|"
    r"doctora?|dra?|don|dona|mij[oa]|llave|viej[oa]|ve|ome|hombre|pues|carolina|carito|para todos|a todos|tengan|tenga)"
)
_GREETING = re.compile(
    rf"^\W*(?:(?:oiga|oye|oi|vea|mire|mira|ve|ay|uy|aja|eche|ombe|achichay|eavemaria|disculp[ea]|perdon|que pena|{_CALL})[ ,]+)?"
    r"(?:(?:(?:h?ol(?:a+|i+s?|s|iwis|ap)|hla|hi|hello|hey|ey|oe|epa|epale|alo|saludos?(?: cordiales)?|cordial saludo|[qk]?ui?h?ubo|[qk]uihubo|[qk]iubo|que hubo|q hubo|(?:entonces )?(?:que|q) mas(?: pues)?(?! (?:dat|necesit|falt|hay|tien|le |les |me |te |tra|quier|vend|manej|ofrec))|quiay|"
    r"(?:muy )?(?:buen[oa]?s+|bnas|bns|bnos|wenas|buen)(?: ?(?:dias?|ds|tardes?|noches?|dia))?|(?:lind[oa]|bonit[oa]|hermos[oa]|excelente|bendecid[oa]) (?:dia|tarde|noche)s?|good (?:morning|afternoon|evening))\b|[👋🙋])"
    rf"(?:[ ,]*(?:como (?:estas?|le va|me le va|amanec\w+|van|estan|te va)|que tal|(?:todo )?bien o (?:que|q|no)|{_CALL})\b)*[\s,.!¡:;?¿👋🙋🙏\u200d♀♂️🏻-🏿-]*)+"
)
#: "qué pena la demora": whoever comes back begs pardon, and asks nothing.
_APOLOGY = re.compile(
    r"^\W*(?:que pena|disculp\w+|perdon\w*|mil disculpas|lo siento)(?: con (?:usted|ustedes|vos)| contigo)?"
    r"(?: (?:por )?(?:la |mi )?(?:demora|tardanza)| (?:por )?(?:no )?(?:haber )?(?:respond|contest|escri)\w+(?: \w+){0,3})(?=\W|$)\W*"
)
_YES = r"(?:s+i+p?|sisas|claro(?: que si)?|listo|ok|okey|okay|bueno|dale|hagale|perfecto|excelente|vale|correcto|confirmo|confirmado|de una|de acuerdo|obvio|acepto)"
_ASSENT = re.compile(
    rf"^\W*(?:(?:uff?|uy|ay|ah|aja|eche|erda|nerda|pues|mmm?|jaja\w*|no joda|ve|ome)[ ,]+)?{_YES}"
    rf"(?:[ ,]+(?:{_YES}|senora?|senorita|veci|parce|mij[oa]|gracias|pues|por ?favor|porfa|mi amor)\b)*\s*(?:[,.;:!\n✅👍🙏☑✔]+|\bpero\b)\s*(?=\S)"
    r"|^\W*s+i+p? (?=(?:mand|envi|despach|dem[eo]|dam|regal|hag[aá]|tra[ie]|quiero|confirm|por ?fa)\w*)"
)


@dataclass(frozen=True, slots=True)
class Opening:
    greets: bool
    assents: bool
    #: What was said after it.
    rest: str


def opening(plain_text: str) -> Opening:
    """Cut the greeting and the assent off a plain text."""
    greeting = _GREETING.match(plain_text)
    rest = plain_text[greeting.end() :] if greeting else plain_text
    apology = _APOLOGY.match(rest)
    rest = rest[apology.end() :] if apology else rest
    greets = bool(greeting or (apology and not rest))
    assent = _ASSENT.match(rest)
    if assent and short_answer(rest[assent.end() :]) is None:
        return Opening(greets, True, rest[assent.end() :])
    return Opening(greets, False, rest)
