"""A port of this machine, lent to another of its addresses: what comes in there goes on to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer


@contextmanager
def forwarded(address: str, ports: set[int]) -> Iterator[None]:
    """While this lasts, `address`:port is 127.0.0.1:port."""
    servers = [_Forwarder(address, port) for port in ports]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Forwarder(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: str, port: int) -> None:
        self.port = port
        super().__init__((address, port), _Connection)


class _Connection(BaseRequestHandler):
    server: _Forwarder

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port)) as inside:
            outwards = threading.Thread(target=_pass_on, args=(inside, self.request), daemon=True)
            outwards.start()
            _pass_on(self.request, inside)
            outwards.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Until one of the two ends is closed."""
    with suppress(OSError):
        while received := source.recv(65536):
            sink.sendall(received)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
