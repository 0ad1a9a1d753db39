"""app.services.hashing"""

import threading
from collections.abc import Callable
from typing import Any

from app.services.hashing import Hashing


def test_hash_matches_its_password_alone() -> None:
    """Argon2id; nobody's hash never matches, nor does one that is not a hash, nor an endless password."""
    hashing = Hashing()
    hashed = hashing.hash("correct horse")
    assert hashed.startswith("$argon2id$")
    assert hashing.matches(hashed, "correct horse")
    assert not hashing.matches(hashed, "correct horses")
    assert not hashing.matches(None, "nobody has this password")
    assert not hashing.matches("-", "correct horse")
    assert not hashing.matches(hashed, "x" * 10_000)


def test_few_at_once_where_it_is_told() -> None:
    """Everything slow goes through ``run``, two at a time; the others wait for their turn."""
    running, most, done = 0, 0, 0
    lock, full = threading.Lock(), threading.Event()

    def run(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        nonlocal running, most, done
        with lock:
            running += 1
            most = max(most, running)
            if running == 2:
                full.set()
        assert full.wait(10)
        with lock:
            running -= 1
            done += 1
        return "hash" if len(args) == 1 else True

    hashing = Hashing(run, at_once=2)
    ways: list[Callable[[], object]] = [
        lambda: hashing.hash("correct horse"),
        lambda: hashing.matches("-", "correct horse"),
    ]
    threads = [threading.Thread(target=way) for way in ways * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == (2, 8)
