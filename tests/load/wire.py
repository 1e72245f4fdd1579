"""A tap on the wire to Postgres: counts what clients send, whatever they are written in."""

import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Traffic:
    #: How often a client waits for an answer: a Sync, a Flush or a simple Query each time.
    round_trips: int
    #: Commands executed, BEGIN and COMMIT among them.
    statements: int


@dataclass
class Wire:
    """Stands in front of the server of a URL, for as long as it is entered."""

    database_url: str
    url: str = ""
    _sent: Counter[bytes] = field(default_factory=Counter)

    def __enter__(self) -> "Wire":
        self._listener = socket.create_server(("127.0.0.1", 0))
        user = urlsplit(self.database_url).username
        tapped = f"{user}@127.0.0.1:{self._listener.getsockname()[1]}"
        # What is encrypted cannot be counted.
        plain = {"netloc": tapped, "query": "sslmode=disable&gssencmode=disable"}
        self.url = urlsplit(self.database_url)._replace(**plain).geturl()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None
    ) -> None:
        self._listener.close()

    def take(self) -> Traffic:
        """What was sent since this was last asked."""
        sent, self._sent = self._sent, Counter()
        return Traffic(
            round_trips=sent[b"S"] + sent[b"H"] + sent[b"Q"], statements=sent[b"E"] + sent[b"Q"]
        )

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                address = urlsplit(self.database_url)
                server = socket.create_connection((address.hostname, address.port))
                for relay in (self._count, self._relay):
                    threading.Thread(target=relay, args=(client, server), daemon=True).start()

    def _count(self, client: socket.socket, server: socket.socket) -> None:
        """Client to server, message by message: a type (but for the first), a length, a body."""
        messages = client.makefile("rb")
        kind = b""
        with suppress(OSError), messages, server:
            while length := messages.read(4):
                body = messages.read(int.from_bytes(length, "big") - 4)
                self._sent[kind] += 1
                server.sendall(kind + length + body)
                kind = messages.read(1)

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), client:
            while answer := server.recv(65_536):
                client.sendall(answer)
