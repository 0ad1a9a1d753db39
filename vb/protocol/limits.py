"""Numbers and codes that both ends of a connection agree on. Times in seconds unless named otherwise."""

from enum import IntEnum, StrEnum

PROTOCOL_VERSION = 1

MAX_MESSAGE_BYTES = 64 * 1024
"""Largest message a client may send; a larger one is answered with ``too_large``."""
HARD_MESSAGE_BYTES = 1024 * 1024
"""A frame above this is not even read: the socket is closed (RFC 6455 code 1009)."""
MAX_SDP_CHARS = 48 * 1024
MAX_CANDIDATE_CHARS = 1024
MAX_CHAT_CHARS = 2000
MAX_CLIENT_MSG_ID_CHARS = 64
MAX_PEER_ID_CHARS = 32
MAX_REASON_CHARS = 300
MAX_URL_CHARS = 2048

RATE_MESSAGES_PER_S = 40.0
"""Messages a client may send per second, refilled continuously."""
RATE_BURST = 120
"""Messages a client may send at once after being quiet."""
ERRORS_BEFORE_CLOSE = 20
"""The socket is closed at this many errors within ``ERROR_WINDOW_S``."""
ERROR_WINDOW_S = 10.0

HEARTBEAT_S = 10.0
"""Each side expects to hear from the other at least this often, times ``HEARTBEAT_MISSES``."""
HEARTBEAT_MISSES = 2.5
RESUME_GRACE_S = 30.0
"""How long the place of a client whose connection broke is kept."""
SNAPSHOT_MESSAGES = 50
"""Chat messages that a snapshot carries."""

MAX_CLIPBOARD_BYTES = 256 * 1024
"""Longest text that is copied and pasted between a page and the shared browser, as UTF-8."""
CLIPBOARD_PART_CHARS = 10_000
"""It travels in parts that, as JSON, stay below ``MAX_MESSAGE_BYTES`` whatever they hold."""

INPUT_CHANNEL = "input"
"""Label of the data channel that carries ``vb.protocol.input`` frames."""
VIEW_CHANNEL = "view"
"""Label of the data channel that carries ``vb.protocol.view`` messages."""
FILES_CHANNEL = "files"
"""Label of the data channel that carries ``vb.protocol.files`` messages and pieces."""


class ClientType(StrEnum):
    """What a client of the signal server is."""

    PERSON = "person"
    VB = "vb"


class ErrorCode(StrEnum):
    """Why a message was refused. The socket stays open."""

    FORBIDDEN = "forbidden"
    INTERNAL = "internal"
    INVALID = "invalid"
    MALFORMED = "malformed"
    NO_BROWSER = "no_browser"
    PEER_GONE = "peer_gone"
    TOO_LARGE = "too_large"
    TOO_OFTEN = "too_often"
    UNKNOWN_TYPE = "unknown_type"


class CloseCode(IntEnum):
    """Why the signal server closed a socket (RFC 6455, private range 4000-4999).

    A client reconnects after any code that is not in ``FINAL_CLOSE_CODES``.
    """

    TOO_MANY_ERRORS = 4400
    NO_SESSION = 4401
    NOT_ALLOWED = 4403
    NO_SUCH_ROOM = 4404
    TOO_SLOW = 4408
    REPLACED = 4409
    BROWSER_ENDED = 4410
    ROOM_FULL = 4429
    RESTARTING = 4503


FINAL_CLOSE_CODES = frozenset(
    {
        CloseCode.TOO_MANY_ERRORS,
        CloseCode.NO_SESSION,
        CloseCode.NOT_ALLOWED,
        CloseCode.NO_SUCH_ROOM,
        CloseCode.REPLACED,
        CloseCode.BROWSER_ENDED,
    }
)
"""After one of these the client does not come back by itself."""
