"""One kept-alive HTTP connection to the engine's Web service, spoken as any client would speak it."""

import http.client
import time
import urllib.parse
from typing import Final

import msgspec

from tradewind.engine import wire

TRIES: Final = 5
TRY_AGAIN: Final = frozenset({429, 503})
TIMEOUT_SECONDS: Final = 20.0
JSON: Final = "application/json"
ENVELOPE: Final = "application/cloudevents+json"
KINDS: Final[dict[str, type[http.client.HTTPConnection]]] = {
    "http": http.client.HTTPConnection,
    "https": http.client.HTTPSConnection,
}


class EngineRefused(Exception):  # noqa: N818 - it says what is, not that something failed
    """The engine answered with a problem, or not at all."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Connection:
    """Not shared between threads. Every call that writes carries an id, so trying again is harmless."""

    def __init__(self, url: str, key: str) -> None:
        """Raises EngineRefused: the URL leads nowhere."""
        try:
            address = urllib.parse.urlsplit(url)
            host, port = address.hostname, address.port
        except ValueError:  # no number as a port, or half a bracket
            host = None
        if host is None or address.scheme not in KINDS:
            raise EngineRefused(f"{url} is no address of an engine; one looks like http://127.0.0.1:8100.")
        self._http = KINDS[address.scheme](host, port, timeout=TIMEOUT_SECONDS)
        self._base = address.path.rstrip("/")
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> bytes:
        return self._call("GET", path, None)

    def put(self, path: str, message: msgspec.Struct) -> bytes:
        return self._call("PUT", path, msgspec.json.encode(message))

    def post(self, path: str, message: msgspec.Struct) -> bytes:
        return self._call("POST", path, msgspec.json.encode(message))

    def tell(self, path: str, envelope: wire.CloudEvent) -> bytes:
        """Post an event that happened when its envelope says."""
        return self._call("POST", path, msgspec.json.encode(envelope), content_type=ENVELOPE)

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, path: str, body: bytes | None, content_type: str = JSON) -> bytes:
        """The body of a good answer. Raises EngineRefused."""
        headers = {**self._headers, "Content-Type": content_type}
        for tried in range(1, TRIES + 1):
            try:
                self._http.request(method, self._base + path, body=body, headers=headers)
                answer = self._http.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as trouble:
                self._http.close()
                if tried == TRIES:
                    raise EngineRefused(f"The engine at {self._url} does not answer: {trouble}.") from trouble
                time.sleep(0.1 * tried)
                continue
            if answer.status < 300:
                return content
            if answer.status not in TRY_AGAIN or tried == TRIES:
                raise EngineRefused(f"{method} {path}: {_said(content, answer.status)}", status=answer.status)
            time.sleep(min(2.0, float(answer.headers.get("Retry-After", "1"))))
        raise AssertionError("unreachable")


def _said(content: bytes, status: int) -> str:
    """The problem in one line, its first faults with it."""
    try:
        problem = msgspec.json.decode(content, type=wire.Problem)
    except msgspec.DecodeError:
        return f"status {status}"
    faults = [f"{fault.path or '/'} {fault.message}" for fault in problem.errors[:3]]
    return "; ".join([f"{status} {problem.title}", *([problem.detail] if problem.detail else []), *faults])
