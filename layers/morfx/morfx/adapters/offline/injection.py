"""Attempts to give orders to the machine instead of asking the shop."""

import re

#: What no customer of a shop says, in any wording; each is enough on its own.
_ORDERS = re.compile(
    r"\b(?:ignor|olvid|borr|elimin|omit|salt|desactiv|desobede|anul|revel|muestr|repit|repet|traduc|dime|dame|cuales son|copia)\w*\b.{0,25}\b(?:instruccion|reglas?\b|prompt|filtros|restriccion|configuracion|sistema|lo anterior)"
    r"|\b(?:prompt|system|sudo|chatgpt|jailbreak|modo (?:debug|desarrollador|administrador|prueba|dios)|base de (?:datos de )?clientes|acceso (?:al sistema|a la base)|api key|drop table|select \*|delete from)\b"
    r"|</?\w+>|\[(?:system|admin|inst)\w*\]|\{ ?\"|\"(?:role|intent|pack|precio)\"|\brol de admin|\b(?:system|sistema|admin|assistant|asistente) ?:"
    r"|\b(?:nuev[oa]s? (?:protocolo|regla|instruccion)|regla nueva|a partir de ahora|desde ahora|de ahora en adelante)\b.{0,60}\b(?:vale|precio|gratis|0|cero|pack|obedec|cuesta|confirm)"
    r"|\b(?:precio|price|valor|total) ?(?:=|a|en|es|queda en) ?(?:\$ ?)?(?:0|cero)\b|\bvalen? (?:0|cero)\b|\b(?:sin cobro|sin cobrar|100 ?%|cien por ciento)\b"
    r"|\b(?:actua|comportate|finge|simula|haz de cuenta|imagina)\b.{0,30}\b(?:como|que)\b.{0,40}\b(?:sin|admin|asistente|robot|eres|no tienes)"
    r"|\b(?:soy|habla) (?:el |la |de )?(?:duen[oa]|gerente|administrador\w*|programador\w*|desarrollador\w*|auditor\w*|creador\w*|soporte)\b.{0,60}\b(?:gratis|precio|cero|0|libera|autoriz|dej|codigo|activ|descuento|modo|envie|costo)"
    r"|\bresponde?\b.{0,12}\b(?:solo|solamente|unicamente|exactamente)\b|\bmar(?:ca|car|que)\b.{0,25}\b(?:pagado|entregado)"
    r"|\b(?:sistema|jef[ea]|gerente|duen[oa]|admin\w*|supervisor\w*)\b.{0,25}\b(?:dice|dijo|autoriz\w+|aprob\w+|ordena|mando)\b.{0,60}\b(?:gratis|0|cero|cupon|descuento|regal\w+|sin costo)\b"
    r"|\b(?:datos|telefonos?|celulares|numeros|direccion|pedidos?)\b.{0,25}\b(?:de los (?:otros |demas )?clientes|otros clientes|del ultimo cliente|ultimo cliente)"
)


def gives_orders(plain_text: str) -> bool:
    return bool(_ORDERS.search(plain_text))
