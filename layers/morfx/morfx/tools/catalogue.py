"""Every action there is."""

from morfx.tools.customer import DATA_READ
from morfx.tools.shop import PRICES_READ, TEXTS_READ
from morfx.tools.toolbox import Toolbox

TOOLBOX = Toolbox([PRICES_READ, TEXTS_READ, DATA_READ])
