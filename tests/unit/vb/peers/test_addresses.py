"""Under which addresses a viewer is told to send."""

import asyncio
from typing import Any

import pytest

from tests.support.aio import on_loop
from vb.peers.addresses import literal, resolve, to_announce

OWN = ["172.18.0.2"]


@pytest.mark.parametrize(
    ("configured", "via", "expected"),
    [
        ("203.0.113.7", "192.168.1.5", ["203.0.113.7"]),
        (None, "192.168.1.5", ["192.168.1.5"]),
        ("", "127.0.0.1", ["127.0.0.1", "172.18.0.2"]),
        ("127.0.0.1", None, ["127.0.0.1", "172.18.0.2"]),
        (None, "::1", ["::1", "172.18.0.2"]),
        (None, "[2001:db8::1]", ["2001:db8::1"]),
        (None, None, OWN),
        (None, "turtus.example", OWN),
    ],
)
def test_the_best_address_that_is_known(configured: str | None, via: str | None, expected: list[str]) -> None:
    """Configured before ``via``; loopback never alone; the container's own when nothing else is known."""
    assert to_announce(configured, via, OWN) == expected


def test_a_literal_is_an_address_and_nothing_else() -> None:
    """In its usual form; names and nothing are none."""
    assert literal("2001:DB8:0::1") == "2001:db8::1"
    assert literal("host.example") is None
    assert literal("") is None
    assert literal(None) is None


@on_loop
async def test_names_are_resolved() -> None:
    """A literal needs no asking; localhost has an address; nonsense and nothing have none."""
    assert await resolve("192.0.2.1") == "192.0.2.1"
    assert await resolve("localhost") == "127.0.0.1"
    assert await resolve("no..such..name") is None
    assert await resolve("") is None
    assert await resolve(None) is None


@on_loop
async def test_a_slow_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the timeout the name counts as unknown."""

    async def never(*args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    assert await resolve("turtus.example", timeout_s=0.01) is None
