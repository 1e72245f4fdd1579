"""python -m local.api_key [WORKSPACE] [NAME]: a new key to the running house's API, shown once."""

import json
import os
import sys

from local.aws import Aws, InvocationError
from local.house import DEMO_SHOP
from local.ready import NoHouse, Ready


def main(workspace: str, name: str) -> int:
    try:
        ready = Ready.of_running_house(os.environ)
        issued = Aws(ready.aws_endpoint_url).invoke(
            ready.outputs["ApiKeysFunctionName"],
            {
                "action": "issue",
                "workspace_id": workspace or json.loads(DEMO_SHOP.read_text())["workspace_id"],
                "name": name or "local",
            },
        )
    except (NoHouse, InvocationError) as error:
        print(error, file=sys.stderr)
        return 1
    print(issued["key"])
    return 0


if __name__ == "__main__":
    sys.exit(main(*[*sys.argv[1:], "", ""][:2]))
