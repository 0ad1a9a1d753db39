"""The path between the agent and one viewer, which a benchmark makes long, lossy or narrow.

Loss and narrowness are the kernel's (``bench.rig.wire``), length is the relay's (``bench.rig.relay``).
Without root, iproute2 or iptables the relay does all three, packet by packet in user space: ``kernel`` says
which.
"""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

from bench.rig import wire
from bench.rig.relay import Relay


class Path:
    """A path of ``one_way_s`` each way while entered. ``lead`` and ``program`` are for ``Stage.viewer``.

    Raises (entering):
        LauncherError: the kernel refuses.
    """

    def __init__(self, one_way_s: float, *, kernel: bool | None = None) -> None:
        self.kernel = wire.possible() if kernel is None else kernel
        self._relay = Relay(one_way_s)
        self._wire = wire.Wire() if self.kernel else None
        self._stack = ExitStack()
        self.program: Callable[[str], str] | None = self._wire.program if self._wire else None

    @property
    def made_by(self) -> str:
        """For people."""
        return "iptables and tc" if self.kernel else "a relay alone (iptables and tc need root)"

    def __enter__(self) -> "Path":
        with ExitStack() as stack:
            stack.enter_context(self._relay)
            if self._wire is not None:
                stack.enter_context(self._wire)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def lead(self, sdp: str) -> str:
        """An agent's offer, so that it is answered through this path."""
        return self._relay.lead(sdp)

    def lose(self, share: float) -> None:
        """So many of the packets at random, 0 to 1, in each direction, from now on."""
        if self._wire is not None:
            self._wire.lose(share)
        else:
            self._relay.loss = share

    def narrow(self, rate_bps: int | None) -> None:
        """Carry so much to the viewer, with a queue of 200 ms, from now on; None: all."""
        if self._wire is not None:
            self._wire.narrow(rate_bps)
        else:
            self._relay.rate_bps = rate_bps or 0.0
