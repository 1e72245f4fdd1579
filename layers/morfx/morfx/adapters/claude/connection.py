"""The way to Claude: the Anthropic API with a key, or Bedrock with the function's own role."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Literal, TypedDict

from morfx.domain.errors import CredentialMissing
from morfx.domain.language_model import LanguageModel
from morfx.ports import Listener

if TYPE_CHECKING:
    from anthropic import Anthropic, AnthropicBedrock, MessageStream, Omit, Timeout
    from anthropic.types import (
        Message,
        MessageParam,
        OutputConfigParam,
        TextBlockParam,
        ThinkingConfigParam,
        ToolParam,
    )

#: Seconds to reach the provider; a network that needs longer is away.
CONNECT_SECONDS = 3.0

#: Seconds without a word after which a stream is dead. A stream takes at most this long more than
#: it is given, and a turn's lease has room for that.
STALL_SECONDS = 5.0

Provider = Literal["anthropic", "bedrock"]


class _Request(TypedDict):
    model: str
    max_tokens: int
    system: "list[TextBlockParam]"
    messages: "list[MessageParam]"
    tools: "Sequence[ToolParam] | Omit"
    output_config: "OutputConfigParam | Omit"
    thinking: "ThinkingConfigParam | Omit"
    timeout: "Timeout"


class Connection:
    """The SDK is imported and its client built at the first call, or by ``preload``."""

    def __init__(
        self,
        provider: Provider,
        *,
        api_key: Callable[[], str] = str,
        base_url: str = "",
        inference_profile: str = "global",
    ) -> None:
        """``api_key``: read when the client is built; Bedrock needs none.

        ``base_url``: empty is the SDK's own, or what ANTHROPIC_BASE_URL says (on Bedrock
        ANTHROPIC_BEDROCK_BASE_URL).
        """
        self.provider = provider
        self._api_key = api_key
        self._base_url = base_url or None
        self._profile = inference_profile
        self._client: Anthropic | AnthropicBedrock | None = None

    @property
    def structured(self) -> bool:
        """Whether the provider holds the model to a schema.

        Bedrock's runtime refuses ``output_config.format`` for today's Claude models.
        """
        return self.provider == "anthropic"

    def preload(self) -> None:
        """Import the SDK and build the client now, without a connection: for a snapshot."""
        self._opened()

    def close(self) -> None:
        """Drop the client; the next call builds another, with the key of then."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def faults(self) -> tuple[type[Exception], ...]:
        """What ``ask`` may raise; ``failure`` knows what each means."""
        from anthropic import AnthropicError
        from httpx2 import HTTPError

        # HTTPError: a stream that is cut; RuntimeError: no credentials to sign with; ValueError: a
        # body that is no JSON.
        known = (AnthropicError, HTTPError, CredentialMissing, RuntimeError, ValueError)
        if self.provider == "anthropic":
            return known
        from botocore.exceptions import BotoCoreError

        return (*known, BotoCoreError)

    def ask(
        self,
        model: LanguageModel,
        *,
        system: "list[TextBlockParam]",
        messages: "list[MessageParam]",
        max_tokens: int,
        seconds: float,
        schema: dict[str, object] | None = None,
        tools: "Sequence[ToolParam]" = (),
        listener: Listener | None = None,
    ) -> "Message":
        """One request, tried once, with no sampling parameters and no tool forced.

        ``listener``: the answer is streamed, and it is told the text so far.
        """
        from anthropic import Timeout, omit

        output: OutputConfigParam = {}
        if schema is not None:
            output["format"] = {"type": "json_schema", "schema": schema}
        silence = min(seconds, STALL_SECONDS) if listener else seconds
        request: _Request = {
            "model": self._name(model),
            "max_tokens": max_tokens,
            "system": system,
            "messages": messages,
            "tools": tools or omit,
            "output_config": output or omit,
            "thinking": _without_thinking(model) or omit,
            "timeout": Timeout(silence, connect=min(seconds, CONNECT_SECONDS)),
        }
        if listener is None:
            return self._opened().messages.create(**request)
        end = monotonic() + seconds
        with self._opened().messages.stream(**request) as stream:
            return _followed(stream, listener, end)

    def _opened(self) -> "Anthropic | AnthropicBedrock":
        if self._client is None:
            self._client = self._build()
        return self._client

    def _name(self, model: LanguageModel) -> str:
        if self.provider == "anthropic":
            return model.id
        return f"{self._profile}.{model.bedrock}"

    def _build(self) -> "Anthropic | AnthropicBedrock":
        from anthropic import Anthropic, AnthropicBedrock, DefaultHttpxClient
        from httpx2 import Limits

        if self.provider == "anthropic" and not (key := self._api_key()):
            raise CredentialMissing("there is no key of the Anthropic API")
        # A function is frozen between turns, and a kept connection may be dead when it wakes.
        http = DefaultHttpxClient(limits=Limits(max_keepalive_connections=0))
        if self.provider == "bedrock":
            return AnthropicBedrock(base_url=self._base_url, max_retries=0, http_client=http)
        return Anthropic(api_key=key, base_url=self._base_url, max_retries=0, http_client=http)


def _followed(stream: "MessageStream[None]", listener: Listener, end: float) -> "Message":
    """The whole message, told as it comes.

    Raises APITimeoutError past the end, APIConnectionError where it breaks off.
    """
    from anthropic import APIConnectionError, APITimeoutError

    request = stream.response.request
    for event in stream:
        if monotonic() > end:
            raise APITimeoutError(request)
        if event.type == "text":
            listener(event.snapshot)
        elif event.type == "message_stop":
            return event.message
    raise APIConnectionError(message="the stream ended before its message", request=request)


def _without_thinking(model: LanguageModel) -> "ThinkingConfigParam | None":
    """Reading a message needs no thoughts first; they would cost seconds and tokens."""
    if model.without_thinking == "disabled":
        return {"type": "disabled"}
    if model.without_thinking == "between_tools":
        return {"type": "between_tools"}
    return None
