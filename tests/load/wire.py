"""A tap on the wire to Postgres: counts what a client sends, whatever it is written in."""

import socket
from collections import Counter
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit


class Wire:
    """Stands in front of the server of a URL while entered; clients connect to ``url``."""

    def __init__(self, database_url: str) -> None:
        self._address = urlsplit(database_url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        tapped = f"{self._address.username}@127.0.0.1:{self._listener.getsockname()[1]}"
        # What is encrypted cannot be counted.
        plain = "sslmode=disable&gssencmode=disable"
        self.url = self._address._replace(netloc=tapped, query=plain).geturl()
        self._sent = Counter[bytes]()

    def __enter__(self) -> "Wire":
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def take(self) -> tuple[int, int]:
        """Round trips and statements since this was last asked.

        A client waits for the answer to a Sync, a simple Query, and a Flush of what it has sent
        since; BEGIN and COMMIT are statements.
        """
        sent, self._sent = self._sent, Counter()
        return sent[b"S"] + sent[b"Q"] + sent[b"H"], sent[b"E"] + sent[b"Q"]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self._address.hostname, self._address.port))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for relay in (self._count, self._answer):
                    Thread(target=relay, args=(client, server), daemon=True).start()

    def _count(self, client: socket.socket, server: socket.socket) -> None:
        """Each message is a type (but for the first), a length and a body."""
        kind = last = b""
        with suppress(OSError), client.makefile("rb") as messages, server:
            while length := messages.read(4):
                body = messages.read(int.from_bytes(length, "big") - 4)
                # A Flush behind a Sync asks for nothing more.
                self._sent[kind] += (last, kind) != (b"S", b"H")
                server.sendall(kind + length + body)
                last, kind = kind, messages.read(1)

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), client:
            while answer := server.recv(65_536):
                client.sendall(answer)
