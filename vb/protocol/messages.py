"""Every message of the signaling connection, as msgspec structs: JSON objects tagged by ``type``.

Three groups:

- *Relayed* messages go from one client of a room to another (``to``). The server stamps
  ``sender`` with the identity of whoever sent it; what a client writes there is overwritten.
- *Requests* go from a client to the server.
- *Events* come from the server. Those of a room carry ``seq``, a number that grows by one with
  each event of that room; a gap means that one was lost, and the client asks for a snapshot (``sync``).

Times are integers, milliseconds since 1970-01-01 UTC (``_ms``).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from vb.protocol import limits
from vb.protocol.screens import ScreenName

PeerId = Annotated[str, Meta(min_length=1, max_length=limits.MAX_PEER_ID_CHARS)]
SessionId = Annotated[str, Meta(min_length=1, max_length=64)]
Sdp = Annotated[str, Meta(min_length=1, max_length=limits.MAX_SDP_CHARS)]
ClientMsgId = Annotated[str, Meta(max_length=limits.MAX_CLIENT_MSG_ID_CHARS, pattern=r"^[!-~]+\Z")]
"""ASCII that is seen, so that every database keeps it as it is."""
Reason = Annotated[str, Meta(max_length=limits.MAX_REASON_CHARS)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Pixels = Annotated[int, Meta(ge=1, le=16_384)]
ClientKind = Literal["person", "vb"]
RoleName = Literal["owner", "member", "vb"]
BrowserKind = Literal["firefox", "chromium"]
"""Which program a browser is."""
BrowserStateName = Literal[
    "REQUESTED", "CREATING", "STARTING", "READY", "STOPPING", "STOPPED", "FAILED", "LOST"
]


class _Base(Struct, frozen=True, kw_only=True):
    """Values; unknown fields are ignored, so that a newer client can talk to an older server."""


# --- parts of messages ------------------------------------------------------------------------


class Peer(_Base, frozen=True, kw_only=True):
    """A client in the room, as the others see it."""

    id: PeerId
    name: str
    role: RoleName
    client_type: ClientKind
    user_id: str | None = None


class IceServer(_Base, frozen=True, kw_only=True):
    """One STUN or TURN server, in the form of RTCIceServer (W3C WebRTC)."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class ChatLine(_Base, frozen=True, kw_only=True):
    """A message that the server has stored; ``id`` grows within a room."""

    id: int
    user_id: str | None
    name: str
    text: str
    at_ms: int
    client_msg_id: str | None = None


class BrowserStep(_Base, frozen=True, kw_only=True):
    """When the browser entered a state."""

    state: BrowserStateName
    at_ms: int


class BrowserStatus(_Base, frozen=True, kw_only=True):
    """The room's newest browser. ``reason`` is a code, ``message`` a sentence for people.

    ``width`` and ``height``, in pixels, are the screen's at present: they change while it runs.
    """

    id: str
    state: BrowserStateName
    url: str
    width: int
    height: int
    steps: list[BrowserStep]
    kind: BrowserKind = "firefox"
    reason: str | None = None
    message: str | None = None
    by: str | None = None


class ControlStatus(_Base, frozen=True, kw_only=True):
    """Who drives. ``epoch`` only grows; the agent drops input that carries another one."""

    state: Literal["FREE", "HELD", "REQUESTED"]
    epoch: int
    holder: PeerId | None = None
    requests: list[PeerId] = []


class RoomInfo(_Base, frozen=True, kw_only=True):
    slug: str
    name: str


# --- relayed: client -> server -> one other client ----------------------------------------------


class Relayed(_Base, frozen=True, kw_only=True):
    to: PeerId
    sender: Peer | None = None


class RequestClientType(Relayed, tag="request.client_type", frozen=True, kw_only=True):
    """Step 5: a client that was there asks a new one what it is."""


class ClientTypeIs(Relayed, tag="client_type", frozen=True, kw_only=True):
    """The answer. ``via``, the address by which the sender reached the site, is set by the server."""

    client_type: ClientKind
    via: str | None = None


class RequestStream(Relayed, tag="request.stream", frozen=True, kw_only=True):
    """Step 6: a person asks a ``vb`` for its stream. ``via`` as in ``client_type``."""

    via: str | None = None


class Offer(Relayed, tag="offer", frozen=True, kw_only=True):
    """SDP offer (RFC 8829). ``session`` names this connection in all that follows."""

    session: SessionId
    sdp: Sdp


class Answer(Relayed, tag="answer", frozen=True, kw_only=True):
    """SDP answer to the offer of the same ``session``."""

    session: SessionId
    sdp: Sdp


class Candidate(Relayed, tag="candidate", frozen=True, kw_only=True):
    """A trickled ICE candidate (RFC 8838); an empty ``candidate`` ends them."""

    session: SessionId
    candidate: Annotated[str, Meta(max_length=limits.MAX_CANDIDATE_CHARS)]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=64)] | None = None


class Bye(Relayed, tag="bye", frozen=True, kw_only=True):
    """This connection is over; ``reason`` is a sentence for people where there is one."""

    session: SessionId
    reason: Reason = ""


# --- requests: client -> server -----------------------------------------------------------------


class Ping(_Base, tag="ping", frozen=True, kw_only=True):
    """Heartbeat; answered by ``pong`` with the same ``n``."""

    n: Count = 0


class Sync(_Base, tag="sync", frozen=True, kw_only=True):
    """Ask for a fresh snapshot."""


class ChatSend(_Base, tag="chat.send", frozen=True, kw_only=True):
    """Say something. The same ``client_msg_id`` twice is stored once."""

    text: Annotated[str, Meta(min_length=1, max_length=limits.MAX_CHAT_CHARS)]
    client_msg_id: ClientMsgId


class ControlTake(_Base, tag="control.take", frozen=True, kw_only=True):
    """Take control if nobody has it, otherwise ask for it. The owner takes it at once."""


class ControlRelease(_Base, tag="control.release", frozen=True, kw_only=True):
    """Let go."""


class ControlGive(_Base, tag="control.give", frozen=True, kw_only=True):
    """Hand control to a peer."""

    to: PeerId


class BrowserStart(_Base, tag="browser.start", frozen=True, kw_only=True):
    """Start the room's browser; a second start while one runs changes nothing."""

    url: Annotated[str, Meta(max_length=limits.MAX_URL_CHARS)] | None = None
    kind: BrowserKind = "firefox"


class BrowserResize(_Base, tag="browser.resize", frozen=True, kw_only=True):
    """Give the shared screen another size."""

    size: ScreenName


class BrowserStop(_Base, tag="browser.stop", frozen=True, kw_only=True):
    """Shut the room's browser down."""


class AgentStatus(_Base, tag="agent.status", frozen=True, kw_only=True):
    """From a ``vb``: where it stands. ``notice`` tells of something that was mended (a restart).

    ``reason`` is an ``AgentReason`` when it is ``failed`` or ``stopping``; a server takes others, too.
    """

    state: Literal["starting", "ready", "failed", "stopping", "notice"]
    reason: Annotated[str, Meta(max_length=64)] = ""
    message: Reason = ""


class AgentViewers(_Base, tag="agent.viewers", frozen=True, kw_only=True):
    """From a ``vb``: how many viewers are connected to its stream."""

    count: Count


class AgentScreen(_Base, tag="agent.screen", frozen=True, kw_only=True):
    """From a ``vb``: the size of its screen in pixels, after every change and on every connection."""

    width: Pixels
    height: Pixels


# --- events: server -> client -------------------------------------------------------------------


class Identity(_Base, tag="identity", frozen=True, kw_only=True):
    """Step 2, the first message on every connection: who the client is from now on."""

    protocol: int
    id: PeerId
    name: str
    role: RoleName
    client_type: ClientKind
    ice_servers: list[IceServer]
    resumed: bool
    heartbeat_s: float
    grace_s: float
    server_time_ms: int
    user_id: str | None = None


class Snapshot(_Base, tag="snapshot", frozen=True, kw_only=True):
    """All that a client needs to draw the room; follows ``identity`` and answers ``sync``."""

    seq: int
    room: RoomInfo
    peers: list[Peer]
    control: ControlStatus
    messages: list[ChatLine]
    browser: BrowserStatus | None = None


class PeerJoined(_Base, tag="peer.joined", frozen=True, kw_only=True):
    peer: Peer
    seq: int = 0


class PeerLeft(_Base, tag="peer.left", frozen=True, kw_only=True):
    id: PeerId
    seq: int = 0


class BrowserChanged(_Base, tag="browser", frozen=True, kw_only=True):
    browser: BrowserStatus
    seq: int = 0


class BrowserNotice(_Base, tag="browser.notice", frozen=True, kw_only=True):
    """Something in the browser was restarted; it goes on."""

    message: str
    seq: int = 0


class ControlChanged(_Base, tag="control", frozen=True, kw_only=True):
    control: ControlStatus
    seq: int = 0


class Chat(_Base, tag="chat", frozen=True, kw_only=True):
    line: ChatLine
    seq: int = 0


class Pong(_Base, tag="pong", frozen=True, kw_only=True):
    n: Count


class Error(_Base, tag="error", frozen=True, kw_only=True):
    """A message was refused. ``ref`` is the type of the message that it answers, where known."""

    code: str
    message: str
    ref: str | None = None


class Shutdown(_Base, tag="shutdown", frozen=True, kw_only=True):
    """To a ``vb``: end the browser."""

    reason: str = ""


class Resize(_Base, tag="resize", frozen=True, kw_only=True):
    """To a ``vb``: give the screen this size."""

    size: ScreenName


RELAYED = (RequestClientType, ClientTypeIs, RequestStream, Offer, Answer, Candidate, Bye)
REQUESTS = (
    Ping, Sync, ChatSend, ControlTake, ControlRelease, ControlGive, BrowserStart, BrowserResize, BrowserStop
)  # fmt: skip
AGENT_REQUESTS = (AgentStatus, AgentViewers, AgentScreen)
ROOM_EVENTS = (PeerJoined, PeerLeft, BrowserChanged, BrowserNotice, ControlChanged, Chat)
SERVER_ONLY = (Identity, Snapshot, Pong, Error, Shutdown, Resize)

RelayedMessage = RequestClientType | ClientTypeIs | RequestStream | Offer | Answer | Candidate | Bye
RequestMessage = (
    Ping
    | Sync
    | ChatSend
    | ControlTake
    | ControlRelease
    | ControlGive
    | BrowserStart
    | BrowserResize
    | BrowserStop
)
AgentMessage = AgentStatus | AgentViewers | AgentScreen
RoomEvent = PeerJoined | PeerLeft | BrowserChanged | BrowserNotice | ControlChanged | Chat
ClientMessage = RelayedMessage | RequestMessage | AgentMessage
"""What a client may send."""
ServerMessage = RelayedMessage | RoomEvent | Identity | Snapshot | Pong | Error | Shutdown | Resize
"""What a client may receive."""
