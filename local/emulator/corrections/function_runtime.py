"""Functions run under AWS's own runtime client, in bounded numbers, seeing only what Lambda shows.

MiniStack's python worker reports every exception as `Runtime.HandlerError` (so Step Functions can
catch nothing by name), starts a process per concurrent event without bound, and hands functions
the whole environment of the shell.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.functions.environment import ExecutionEnvironment, Outcome, Program, TimedOut
from local.emulator.functions.pool import Pool, ThrottledError
from local.emulator.functions.runtime_api import Exited, Invocation, Raised, Returned
from local.emulator.functions.unpacked import unpacked
from local.emulator.ministack import function_runtime, functions, responses

# What a function may need of the host to reach the outside world, and to use there.
PASSED_ON = ("SSL_CERT_FILE", "SSL_CERT_DIR", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")


@dataclass(frozen=True)
class FunctionRuntime:
    """Runs deployed functions of MiniStack's records."""

    pool: Pool
    python: Path
    endpoint: str
    unpack_into: Path
    logs: Path

    def apply(self) -> None:
        functions._execute_function_warm = self.execute
        functions._snapstart_provision_version_async = _mark_ready

    def execute(self, record: dict[str, Any], event: object, request_id: str) -> dict[str, Any]:
        """MiniStack's contract: {"body", "error", "log"}; a throttle says so in its body."""
        config = record.get("config") or record
        invocation = Invocation(
            request_id=request_id,
            event=event,
            function_arn=config["FunctionArn"],
            timeout_seconds=float(config.get("Timeout") or 3),
            trace_id=functions._xray_trace_id_for_invocation(config),
        )
        program = self._program(config, record["code_zip"])
        try:
            with self.pool.lease(
                _identity(config, program), lambda: ExecutionEnvironment(program)
            ) as one:
                return _result(one.invoke(invocation))
        except ThrottledError:
            return _throttled(config["FunctionName"])

    def _program(self, config: dict[str, Any], code: bytes) -> Program:
        folder = unpacked(code, self.unpack_into)
        layers = [
            unpacked(package, self.unpack_into)
            for package in map(functions._resolve_layer_zip, config.get("Layers") or [])
            if package
        ]
        return Program(
            python=self.python,
            folder=folder,
            variables=self._variables(config, folder, layers),
            log=self.logs / f"{_short_name(config['FunctionName'])}.log",
        )

    def _variables(
        self, config: dict[str, Any], folder: Path, layers: list[Path]
    ) -> dict[str, str]:
        name, region = config["FunctionName"], responses.get_region()
        return {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **functions._runtime_env_vars(config),
            **function_runtime.execution_credentials(config),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "LAMBDA_TASK_ROOT": str(folder),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(str(path) for path in _import_path(layers)),
            "TZ": ":UTC",
            "_HANDLER": config["Handler"],
        }


def _import_path(layers: list[Path]) -> list[Path]:
    """A built layer has its packages in python/; one deployed as it is, at its root."""
    return [path for layer in layers for path in (layer / "python", layer) if path.is_dir()]


def _identity(config: dict[str, Any], program: Program) -> str:
    """Names the environments that may serve this version of the function."""
    told = json.dumps([str(program.folder), sorted(program.variables.items())])
    return f"{config['FunctionArn']}#{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _short_name(function_name: str) -> str:
    """`morfx-TurnFunction-1A2B3C…` is TurnFunction, as in the template."""
    parts = function_name.split("-")
    return parts[1] if len(parts) == 3 else function_name


def _result(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Returned(value):
            return {"body": value, "log": ""}
        case Raised(error):
            return {"body": error, "error": True, "log": ""}
        case TimedOut(seconds):
            return _failure("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds")
        case Exited(code):
            return _failure("Runtime.ExitError", f"Runtime exited with status {code}")


def _failure(error_type: str, message: str) -> dict[str, Any]:
    return {"body": {"errorType": error_type, "errorMessage": message}, "error": True, "log": ""}


def _throttled(function_name: str) -> dict[str, Any]:
    """As MiniStack says it, with the name under which Step Functions retries it."""
    result: dict[str, Any] = functions._throttle_response(
        reason_code="ConcurrentInvocationLimitExceeded",
        msg=f"Rate Exceeded: every environment of {function_name} is busy",
    )
    result["body"]["errorType"] = "Lambda.TooManyRequestsException"
    return result


def _mark_ready(_name: str, version: dict[str, Any]) -> None:
    """A SnapStart version needs no snapshot here; it starts like any other."""
    version["config"].update(State="Active", StateReason="", StateReasonCode="")
