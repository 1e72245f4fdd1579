"""Ports of this machine: the one asked for, or the next that is free."""

import socket


def free_port(wanted: int) -> int:
    """`wanted` when nobody has it, any free one otherwise (and always for 0)."""
    for port in (wanted, 0):
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = candidate.getsockname()[1]
            return found
    raise OSError("no port of 127.0.0.1 is free")


def answers(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(0.5)
        return client.connect_ex(("127.0.0.1", port)) == 0
