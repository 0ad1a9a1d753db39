"""The half of the agent that needs libav and aiortc, which take a while to import.

The agent imports this module in a thread while the processes start; nothing else may import it early.
"""

import asyncio
from collections.abc import Callable, Mapping

from aioice.ice import get_host_addresses

from vb.media.aiortc_hooks import offer_playout_delay
from vb.media.picture import Picture
from vb.media.sound import Sound
from vb.peers.table import ViewerTable
from vb.peers.udp_mux import UdpMux, open_mux
from vb.peers.viewer import Sources, Viewer, ViewerState
from vb.protocol.messages import Bye, Offer
from vb.settings import Settings


class Streaming:
    """Picture, sound and viewers, wired together. Make it with ``open_streaming``."""

    def __init__(self, mux: UdpMux, picture: Picture, sound: Sound, viewers: ViewerTable) -> None:
        self.viewers = viewers
        self._mux = mux
        self._picture = picture
        self._sound = sound

    def open_curtain(self) -> None:
        """Firefox is on the screen: let viewers see it."""
        self._picture.open_curtain()

    async def close(self, reason: str) -> None:
        """End all connections, then the capture."""
        await self.viewers.close(reason)
        self._sound.close()
        await self._picture.close()
        self._mux.close()


async def open_streaming(
    settings: Settings,
    display: str,
    sound_source: str,
    env: Mapping[str, str],
    *,
    send: Callable[[Offer | Bye], None],
    on_input: Callable[[str, bytes], None],
    on_viewers: Callable[[int, Viewer], None],
) -> Streaming:
    """Open the UDP port and get ready to capture.

    ``on_viewers(count, viewer)`` is called when the number of connected viewers may have changed.

    Raises:
        OSError: the UDP port is taken.
    """
    offer_playout_delay()
    mux = await open_mux(settings.udp_port)
    picture = Picture(display, settings.width, settings.height, settings.fps)
    sound = Sound(sound_source, env)

    def changed(viewer: Viewer) -> None:
        if viewer.state in (ViewerState.CLOSING, ViewerState.CLOSED):
            viewers.forget(viewer)
        on_viewers(viewers.connected, viewer)

    own = await asyncio.to_thread(get_host_addresses, True, False)
    viewers = ViewerTable(
        mux,
        Sources(picture.subscribe, sound.subscribe, on_input, changed),
        send,
        own,
        settings.announced_address,
    )
    return Streaming(mux, picture, sound, viewers)
