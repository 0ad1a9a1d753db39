"""Password hashes (argon2id, RFC 9106): slow on purpose, so never on an event loop and few at once."""

import threading
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.domain.texts import MAX_PASSWORD_CHARS

Run = Callable[[Callable[..., Any], tuple[Any, ...]], Any]
"""Calls a function with arguments somewhere and waits for what it returns."""

AT_ONCE = 2
"""Each takes 64 MiB and a processor for a good part of a second."""


def inline(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Right here, in the calling thread."""
    return work(*args)


class Hashing:
    """Makes and checks hashes; ``run`` is where, at most ``at_once`` at a time, the others wait.

    ``hasher`` sets what a hash costs: None for what argon2-cffi advises (RFC 9106, low memory).
    """

    def __init__(
        self, run: Run = inline, at_once: int = AT_ONCE, hasher: PasswordHasher | None = None
    ) -> None:
        self._run = run
        self._places = threading.BoundedSemaphore(at_once)
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """What to keep in place of ``password``."""
        with self._places:
            return str(self._run(self._hasher.hash, (password,)))

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether ``hashed`` was made of ``password``; None, nobody's, takes as long and never matches."""
        if len(password) > MAX_PASSWORD_CHARS:
            return False
        with self._places:
            return bool(self._run(self._verify, (hashed or self._nobody, password))) and hashed is not None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False
