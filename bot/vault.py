"""What is secret and must be kept: sealed before it is written anywhere, opened only for the call that needs it.

Fernet (AES-128-CBC with HMAC-SHA256, https://cryptography.io/en/latest/fernet/) under `ENCRYPTION_KEY`. Several keys, newest first,
rotate: what was sealed with an older one still opens, and `renew` seals it anew.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bot.errors import QuarterdeckError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SealedShutError(QuarterdeckError):
    """No key of ours opens this: it was altered, or its key is gone."""

    @property
    def for_people(self) -> str:
        """What was stored is lost; storing it again helps."""
        return "What was stored can't be read any more (its encryption key is gone). Please store it again."


class NoKeyError(QuarterdeckError):
    """The operator has not set ENCRYPTION_KEY."""

    @property
    def for_people(self) -> str:
        """Only an operator can help."""
        return "I can't keep secrets here: whoever runs the bot must set ENCRYPTION_KEY first. Nothing was stored."


class Vault:
    """`keys` are Fernet keys, newest first; without any, sealing raises NoKeyError.

    `purpose` is sealed in with each secret, so that one kind can't be passed off as another.
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    def __bool__(self) -> bool:
        return bool(self._keys)

    def seal(self, secret: str, *, purpose: str) -> str:
        """Text that only `open` with the same purpose turns back."""
        return self._fernet.encrypt(f"{purpose}\0{secret}".encode()).decode()

    def open(self, sealed: str, *, purpose: str) -> str:
        """The secret again. Raises SealedShutError."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415  see _fernet

        try:
            found, _, secret = self._fernet.decrypt(sealed.encode()).decode().partition("\0")
        except InvalidToken:
            raise SealedShutError("not sealed with a key of ours") from None
        if found != purpose:
            raise SealedShutError(f"sealed as {found!r}, not as {purpose!r}")
        return secret

    def renew(self, sealed: str) -> str:
        """The same under the newest key. Raises SealedShutError."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415  see _fernet

        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise SealedShutError("not sealed with a key of ours") from None

    @cached_property
    def _fernet(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415  spares `web` the import until it is needed

        if not self._keys:
            raise NoKeyError("ENCRYPTION_KEY is not set")
        return MultiFernet([Fernet(key) for key in self._keys])
