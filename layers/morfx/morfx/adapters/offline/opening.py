"""How a message opens: a greeting or an assent, apart from what follows."""

import re
from dataclasses import dataclass

from morfx.adapters.offline.short_answer import short_answer

_GREETING = re.compile(
    r"^\W*(?:(?:h?ol(?:a+|i+s?)|hla|hi|hello|hey|ey|oe|epa|epale|alo|saludos?(?: cordiales)?|cordial saludo|q?ui?h?ubo|quihubo|que hubo|q hubo|que mas(?: pues)?|q mas|"
    r"(?:muy )?(?:buen[oa]?s+|bnas|bns|bnos|wenas|buen)(?: ?(?:dias?|ds|tardes?|noches?|dia))?|(?:lindo|excelente) (?:dia|tarde|noche)|good (?:morning|afternoon|evening))\b"
    r"(?:[ ,]*(?:como (?:estas?|le va|me le va|amanec\w+|van|estan|te va)|que tal|parce\w*|veci\w*|vecin[oa]|amig[oa]|senor\w*|sumerce|mi (?:reina|amor|nina)|linda|hermos[oa]|carolina|carito|pana|doctora?|dra|don|dona|mij[oa]|llave|para todos|a todos|tengan|tenga)\b)*[\s,.!¡:;👋🙋🙏-]*)+"
)
_SHORT_GREETING = re.compile(r"^(?:que mas|ey|hi|oe|alo)\b")
_ASSENT = re.compile(
    r"^\W*(?:s+i+p?|sisas|claro(?: que si)?|listo|ok|okey|okay|bueno|dale|hagale|perfecto|vale|correcto|confirmo|confirmado|de una)"
    r"(?: (?:senora?|senorita|veci|parce|mij[oa]|gracias|pues|claro|por ?favor|porfa|mi amor))*\s*(?:[,.;!\n]+|\bpero\b)\s*(?=\S)"
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
    assent = _ASSENT.match(rest)
    if assent and short_answer(rest[assent.end() :]) is None:
        return Opening(bool(greeting), True, rest[assent.end() :])
    return Opening(bool(greeting), False, rest)
