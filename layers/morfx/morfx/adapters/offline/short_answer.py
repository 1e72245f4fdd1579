"""Bare answers: a yes, a no or a "let me see" that means nothing without its question."""

import re
from typing import Literal

Answer = Literal["yes", "no", "not_yet", "none", "same"]

_YES = (
    r"(?:s+i+p?i*|sii+|sisas?|simon|siii*p|claro|claro que si|clarin|obvio|por ?supuesto|de acuerdo|deacuerdo|correcto|exacto|afirmativo|asi es|eso es|"
    r"listo|listos|lis|dale|dele|hagale|hagamosle|agale|hale|ok|okey|okay|oki|okis|oks|okk+|vale|bueno|bno|perfecto|excelente|super|bien|muy bien|genial|de una|de1|va|"
    r"adelante|proceda|por ?favor|porfa|xfa|yes|yep|yeah|sure|si senora?|si senorita|a ver|aver|eche pues|de ley|melo|me parece|ujum+|ujm+|umju|mju|mjm|anja|aja si|esta bien|todo bien|ta bien|si quiero|quiero|"
    r"claro q si|si por ?favor|aja|seguro|sirve|hecho|hecho pues|trato hecho|obvio microbio|obvio bobis|va que va|va pues|venga|listo el pollo|metale|pongale|eso mismo|clarines|acepto|simondor|quedamos asi|asi quedamos|asi esta bien|de una vez|pues si|eso|esa es|sigamos|vamos|todo (?:esta )?(?:correcto|bien|ok)|👍|👌|✅|🙏|💯|🆗|☑|✔|🤝|🙌)"
)
_FILL = (
    r"(?:pues?|ps|parce|parcero|parcera|mijo|mija|mi ?amor|amor|veci|vecina|vecino|amig[oa]|reina|linda|sumerce|senor|senora|senorita|gracias|muchas|mil|entonces|ya|mana|mano|hermano|corazon|"
    r"jaja\w*|jeje\w*|please|ome|hombre|nena|nene|bb|bebe|don|dona|doc|doctora|mi|mis|llave|rey|vale|su|merce|yo|tambien|tranquil[oa]|no mas|😊|😃|😁|🙂|🥰|❤|️|🏻|🏼|🏽|🏾|🏿|😀|😅|🤗|😘|😉|👏|🎉|💪)"
)
_MARKS = r"[\s.,!¡;:)*]*"
_NO = r"(?:n+o+p?e?|nou|nop|nel|nada|nah|no no|no senora?|no gracias|nones|nanai|negativo|para nada|pa nada|nel pastel|naranjas|nah que va|nah q va|q va|ni loc[oa]|ni de riesgos|nao nao|paila|nanay|que va|nunca|tampoco|👎|no pues?|ni modo)"
_WAIT = r"(?:todavia no|aun no|ahora no|ahorita no|no todavia|no aun|mm+|hmm+|no se|nose|no se aun|tal vez|quizas?|de pronto|puede ser|no estoy segur[oa]|espere|espera|esperame|espereme|espera(?:te|me) (?:tantico|tantito)|aguante|aguanta|aguantame|aguanteme|paciencia|(?:(?:deme|dame|espere|espera|aguante|aguanta|regaleme) )?un (?:momento|momentico|momentito|segundito|minutico|segundo|minuto|toque|tris)|🤔)"
_SAME = r"(?:(?:a |al |por |es |en |con )?(?:este|ese|el|por aca|aca|aqui)(?: \w+)? ?(?:mismo|misma)(?: \w+){0,4}|(?:al|el|del|en el) mismo(?: \w+){0,5}|mismo(?: numero)?|(?:a |es )?este(?: numero)?(?: \w+){0,3}|(?:al|el) de (?:aca|aqui|whatsapp|wpp|este chat)|desde (?:el que|donde) (?:le |te )?escribo|el que (?:le|te) escribo)"


def _whole(body: str) -> re.Pattern[str]:
    return re.compile(rf"^{_MARKS}(?:{_FILL}{_MARKS})?(?:{body}{_MARKS}(?:{_FILL}{_MARKS})*)+$")


_KINDS: tuple[tuple[Answer, re.Pattern[str]], ...] = (
    ("not_yet", _whole(_WAIT)),
    ("yes", _whole(_YES)),
    ("no", _whole(_NO)),
    ("none", re.compile(rf"^{_MARKS}ningun[oa]?s?{_MARKS}(?:{_FILL}{_MARKS})*$")),
    ("same", re.compile(rf"^{_MARKS}{_SAME}{_MARKS}$")),
)
_LONGEST = 60


def short_answer(plain_text: str) -> Answer | None:
    """The bare answer a whole text is; None where it says anything else."""
    text = plain_text.strip()
    if not text or len(text) > _LONGEST or "?" in text:
        return None
    text = re.sub(r"(.)\1{2,}", r"\1", text)
    return next((kind for kind, pattern in _KINDS if pattern.match(text)), None)


_TAKES_NOTE = _whole(
    r"(?:ok|okey|okay|oki|okis|oks|vale|bueno|bno|perfecto|excelente|super|bien|muy bien|genial|esta bien|ta bien|bendiciones|🙏|👍|👌)"
)


def takes_note(plain_text: str) -> bool:
    """Whether a bare yes may only say that an answer was read: it agrees to no earlier question."""
    return "gracias" in plain_text or bool(_TAKES_NOTE.match(plain_text.strip()))
