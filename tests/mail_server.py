"""A mail server on this machine: it keeps what it takes, and can be slow, refuse, hang up, go away and come back."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

HUNG_UP = "hung up"


class Conversation(socketserver.StreamRequestHandler):
    """One connection, in as much of SMTP as a client speaks."""

    def handle(self) -> None:
        owner: MailServer = self.server.owner  # type: ignore[attr-defined]
        owner.connections.add(self.connection)
        recipient = ""
        self._say("220 ready")
        try:
            for line in self.rfile:
                word = line[:4].upper()
                if word == b"RCPT":
                    found = re.search(rb"<(.*?)>", line)
                    recipient = found[1].decode() if found else ""
                    self._say(owner.answers.get(recipient, "250 ok"))
                elif word == b"DATA":
                    self._say("354 go on")
                    owner.take(recipient, self._text())
                    if owner.answers.get("after data") == HUNG_UP:
                        return
                    self._say("250 taken")
                else:
                    self._say("221 bye" if word == b"QUIT" else "250 ok")
        except OSError:
            owner.broken += 1

    def _text(self) -> str:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: MailServer


@dataclass(slots=True)
class MailServer:
    """`answers` says what is answered to a recipient, or what happens "after data"."""

    answers: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, str]] = field(default_factory=list)
    slow: Callable[[], Any] = lambda: None
    """Called before a letter is taken."""
    port: int = 0
    broken: int = 0
    connections: set[Any] = field(default_factory=set)
    news: threading.Condition = field(default_factory=threading.Condition)
    _server: _Server | None = None

    def take(self, recipient: str, text: str) -> None:
        self.slow()
        with self.news:
            self.letters.append((recipient, text))
            self.news.notify_all()

    @property
    def counts(self) -> Counter[str]:
        return Counter(recipient for recipient, _text in self.letters)

    def wait_for(self, number: int, timeout_seconds: float) -> bool:
        with self.news:
            return self.news.wait_for(lambda: len(self.letters) >= number, timeout_seconds)

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), Conversation)
        self._server.owner = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def go_away(self) -> None:
        """Nobody listens any more, and whoever was being listened to is cut off."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        for connection in self.connections:
            with suppress(OSError):  # the other side may have hung up
                connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()
        self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.go_away()
