"""This machine, in AWS's words."""

import platform


def architecture() -> str:
    """Of its processor, as Lambda names it."""
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
