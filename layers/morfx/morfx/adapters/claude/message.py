"""A message of the Messages API: what it says, why it ended, what it used.

The SDK does not validate what it receives, so every part may be missing.
"""

from typing import TYPE_CHECKING

from morfx.domain.language_model import Tokens

if TYPE_CHECKING:
    from anthropic.types import Message, ToolUseBlock

#: Why a message ended, where that makes it useless.
_USELESS = {
    "refusal": "refusal",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "capacity",
}


def heard(message: "Message") -> tuple[str, str]:
    """How it went, and where that is ``ok``, the text of the answer."""
    content = getattr(message, "content", None)
    if not isinstance(content, list):
        return "invalid", ""
    stopped = _USELESS.get(message.stop_reason or "")
    if stopped:
        return stopped, ""
    text = "".join(block.text for block in content if block.type == "text")
    return ("ok", text) if text.strip() else ("empty", "")


def tool_uses(message: "Message") -> "tuple[ToolUseBlock, ...]":
    """The tools it asks for, as far as they can be answered."""
    content = getattr(message, "content", None)
    if not isinstance(content, list):
        return ()
    return tuple(block for block in content if _is_usable(block))


def _is_usable(block: object) -> bool:
    names = (getattr(block, "id", None), getattr(block, "name", None))
    return getattr(block, "type", None) == "tool_use" and all(isinstance(n, str) for n in names)


def used(message: "Message") -> Tokens:
    """The tokens the provider will bill."""
    usage = getattr(message, "usage", None)
    return Tokens(
        input=getattr(usage, "input_tokens", None) or 0,
        output=getattr(usage, "output_tokens", None) or 0,
        cache_write=getattr(usage, "cache_creation_input_tokens", None) or 0,
        cache_read=getattr(usage, "cache_read_input_tokens", None) or 0,
    )
