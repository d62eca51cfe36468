"""Keeps who people are: sealed before it reaches the database, opened only for whoever needs it
(docs/personal-data.md).

AES-128-CBC with HMAC-SHA256 (Fernet). The first key seals, each of them opens: a new key in front, `python -m
api rotate-identities`, then the old one may go. A seal names its row: moved to another one it no longer
opens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from api.runtime.faults import Unavailable
from brigade.exchange.documents.json_text import JsonObject


def new_key() -> str:
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    """Whether `text` can be a key: 32 bytes in urlsafe base64."""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


class Vault:
    """Seals and opens documents with a ring of keys, the newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def seal(self, place: str, value: Mapping[str, Any]) -> bytes:
        return self._newest.encrypt(json.dumps({"place": place, "value": value}, ensure_ascii=False).encode())

    def open(self, place: str, sealed: bytes) -> JsonObject:
        """Raises: Unavailable, when no key opens it or it was sealed for another row."""
        try:
            held: JsonObject = json.loads(self._all.decrypt(sealed))
        except InvalidToken:
            raise _locked(place) from None
        # The key is right: somebody has moved the bytes from one row to another.
        if held["place"] != place:
            raise _locked(place)
        value: JsonObject = held["value"]
        return value

    def renewed(self, place: str, sealed: bytes) -> bytes:
        """The same under the newest key. Raises: as `open`."""
        return self.seal(place, self.open(place, sealed))


def _locked(place: str) -> Unavailable:
    kind = place.partition("/")[0]
    return Unavailable("A502", kind, "no_key_opens")
