"""The rooms of MiniStack our corrections reach into: the one place that knows them by name.

They have no types and no promises, so everything here is `Any` and the version is pinned:
another one must first pass the conformance test (tests/local/).
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

PINNED = "1.5.33"
if version("ministack") != PINNED:
    raise ImportError(f"corrections are made for ministack {PINNED}, not {version('ministack')}")

http_server: Any = import_module("hypercorn.asyncio")
http_server_settings: Any = import_module("hypercorn.config")

app: Any = import_module("ministack.app")
api_gateway: Any = import_module("ministack.services.apigateway")
functions: Any = import_module("ministack.services.lambda_svc")
function_runtime: Any = import_module("ministack.core.lambda_runtime")
provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
queues: Any = import_module("ministack.services.sqs")
objects: Any = import_module("ministack.services.s3")
responses: Any = import_module("ministack.core.responses")
step_functions: Any = import_module("ministack.services.stepfunctions")
