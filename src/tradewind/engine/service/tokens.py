"""Decision tokens: where a decision was made, unguessable by whoever did not get it.

`base64url(position 8 bytes | nonce 8 bytes | HMAC-SHA256[:12])`. The position is the state that the
decision was made on; the nonce keeps two decisions on one state apart; the secret lives in the data
folder. The token's bytes also key the decision's draws, so that the decision can be worked out again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from pathlib import Path

from tradewind.engine.history import Entropy
from tradewind.engine.history.whole_files import put

_BODY = struct.Struct(">Q8s")
_MAC_BYTES = 12
_SECRET_BYTES = 32


class Tokens:
    def __init__(self, secret: bytes, entropy: Entropy) -> None:
        self._mac = hmac.new(secret, digestmod=hashlib.sha256)
        self._entropy = entropy

    def mint(self, position: int) -> str:
        body = _BODY.pack(position, self._entropy.take(8))
        return base64.urlsafe_b64encode(body + self._seal(body)).rstrip(b"=").decode()

    def position_of(self, token: str) -> int | None:
        """The position inside a genuine token; None for one that this engine never gave out."""
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, mac = raw[: _BODY.size], raw[_BODY.size :]
        if len(raw) != _BODY.size + _MAC_BYTES or not hmac.compare_digest(mac, self._seal(body)):
            return None
        if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
            return None  # only the one spelling that was given out
        position: int = _BODY.unpack(body)[0]
        return position

    def _seal(self, body: bytes) -> bytes:
        mac = self._mac.copy()
        mac.update(body)
        return mac.digest()[:_MAC_BYTES]


def secret_in(path: Path) -> bytes:
    """The data folder's secret; made, readable by its owner only and on the disk, at the first call.

    Raises:
        ValueError: what lies there is no secret: with a shorter one tokens could be guessed.
    """
    try:
        return _whole(path)
    except FileNotFoundError:
        secret = secrets.token_bytes(_SECRET_BYTES)
    put(path, secret.hex().encode())
    return secret


def _whole(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise ValueError(f"{path} is not the secret that the engine wrote: put it back from a backup")
    return secret
