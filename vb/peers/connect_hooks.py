"""Where we reach into aiortc's way of connecting, which is pinned: it runs as a task that nobody waits for.

A contract test in ``tests/unit/vb/peers/test_connect_hooks.py`` fails when aiortc changes it.
"""

from collections.abc import Callable
from typing import Any

from aiortc import RTCPeerConnection


def when_connecting_fails(connection: RTCPeerConnection, on_failure: Callable[[Exception], None]) -> None:
    """Before negotiation: have ``on_failure`` called with what breaks while ``connection`` connects.

    It would otherwise be found in the log alone, as an exception that was never retrieved.
    """
    hooked: Any = connection
    connect = hooked._RTCPeerConnection__connect

    async def watched() -> None:
        try:
            await connect()
        except Exception as error:  # noqa: BLE001 - whatever a viewer's description makes of it
            on_failure(error)

    hooked._RTCPeerConnection__connect = watched
