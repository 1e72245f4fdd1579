"""What the customer of this conversation has told us."""

from morfx.domain.comprehension import DECLINED
from morfx.tools.action import Action, NoArguments, Scope

#: Seconds; everything is read already.
AT_HAND = 1.0


def _data(scope: Scope, _: NoArguments) -> object:
    state = scope.session.state
    known = dict(state.datos_capturados)
    return {
        "data": {name: value for name, value in known.items() if value != DECLINED},
        "declined": sorted(name for name, value in known.items() if value == DECLINED),
        "pack": state.pack_seleccionado,
    }


DATA_READ = Action(
    name="customer.data.read",
    description="The delivery data this customer has given so far, and the pack they have chosen.",
    arguments=NoArguments,
    timeout=AT_HAND,
    run=_data,
)
