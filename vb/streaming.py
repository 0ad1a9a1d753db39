"""The stream as a whole: picture, sound, and the viewers they go to, wired together."""

from collections.abc import Callable, Mapping, Sequence

from aiortc import RTCDataChannel

from vb.media.aiortc_hooks import offer_playout_delay
from vb.media.picture import Picture
from vb.media.sound import Sound
from vb.peers.table import ViewerTable
from vb.peers.udp_mux import UdpMux
from vb.peers.viewer import ENDING, Sources, Viewer
from vb.protocol.messages import Bye, Offer
from vb.protocol.view import FromPage
from vb.settings import Settings
from vb.tidy import Tidying


class Streaming:
    """Captures ``display`` and ``sound_source`` for viewers on ``mux``. Make it on a running event loop.

    ``own`` are this machine's addresses. ``send`` takes messages for the signal server, ``on_input(peer_id,
    data)`` what comes on an input channel; ``on_viewer(viewer)`` is called when one has changed its state,
    ``on_page(viewer, message)`` when its page says something, ``on_open(viewer)`` when it can be told so,
    ``on_files(viewer, channel)`` takes a viewer's channel for files.
    """

    def __init__(
        self,
        settings: Settings,
        mux: UdpMux,
        own: Sequence[str],
        display: str,
        sound_source: str,
        env: Mapping[str, str],
        *,
        send: Callable[[Offer | Bye], object],
        on_input: Callable[[str, bytes], None],
        on_viewer: Callable[[Viewer], None],
        on_page: Callable[[Viewer, FromPage], None],
        on_open: Callable[[Viewer], None],
        on_files: Callable[[Viewer, RTCDataChannel], None] = lambda viewer, channel: None,
    ) -> None:
        offer_playout_delay()
        self._mux = mux
        self._picture = Picture(display, settings.width, settings.height, settings.fps)
        self._sound = Sound(sound_source, env)
        self._on_viewer = on_viewer
        self._tidying = Tidying()
        sources = Sources(
            self._picture, self._sound.subscribe, on_input, on_page, on_open, self._changed, on_files
        )
        self.viewers = ViewerTable(mux, sources, send, own, settings.announced_address)

    def open_curtain(self) -> None:
        """Firefox is on the screen: let viewers see it."""
        self._picture.open_curtain()

    def resize(self, width: int, height: int) -> None:
        """The screen has another size, in pixels: the same stream goes on in it."""
        self._picture.resize(width, height)
        self.viewers.resized()

    async def close(self, reason: str) -> None:
        """End all connections with ``reason``, then the capture."""
        await self.viewers.close(reason)
        self._sound.close()
        await self._picture.close()
        self._mux.close()

    def _changed(self, viewer: Viewer) -> None:
        if viewer.state in ENDING:
            self.viewers.forget(viewer)
            self._tidying.soon()
        self._on_viewer(viewer)
