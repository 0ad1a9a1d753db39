"""Bytes to messages and back. Pure.

Error tree::

    ProtocolError            code: ErrorCode, ref: type of the message where known
    ├── MessageTooLarge      size_bytes
    ├── MessageMalformed     detail
    └── MessageUnknown       name
"""

from typing import TypeVar

import msgspec

from vb.protocol import files, messages, view
from vb.protocol.limits import MAX_MESSAGE_BYTES, ErrorCode
from vb.protocol.messages import ClientMessage, ServerMessage
from vb.protocol.view import FromPage

T = TypeVar("T")


class ProtocolError(Exception):
    """A message that cannot be taken."""

    code = ErrorCode.MALFORMED

    def __init__(self, ref: str | None = None) -> None:
        super().__init__()
        self.ref = ref


class MessageTooLarge(ProtocolError):
    """Longer than ``MAX_MESSAGE_BYTES``."""

    code = ErrorCode.TOO_LARGE

    def __init__(self, size_bytes: int) -> None:
        super().__init__()
        self.size_bytes = size_bytes

    def __str__(self) -> str:
        return f"A message may have {MAX_MESSAGE_BYTES} bytes; this one has {self.size_bytes}."


class MessageMalformed(ProtocolError):
    """Not JSON, or a field is missing or wrong."""

    def __init__(self, detail: str, ref: str | None = None) -> None:
        super().__init__(ref)
        self.detail = detail

    def __str__(self) -> str:
        return f"This message cannot be read: {self.detail}."


class MessageUnknown(ProtocolError):
    """A ``type`` that this version does not have."""

    code = ErrorCode.UNKNOWN_TYPE

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is no message of type '{self.name}'."


class _Head(msgspec.Struct):
    type: str = ""


def type_name(kind: type[msgspec.Struct] | msgspec.Struct) -> str:
    """The wire name (``type``) of a message class or of one message."""
    return str(kind.__struct_config__.tag)


CLIENT_TYPES = frozenset(
    type_name(kind) for kind in (*messages.RELAYED, *messages.REQUESTS, *messages.AGENT_REQUESTS)
)
SERVER_TYPES = frozenset(
    type_name(kind) for kind in (*messages.RELAYED, *messages.ROOM_EVENTS, *messages.SERVER_ONLY)
)
VIEW_TYPES = frozenset(type_name(kind) for kind in view.FROM_PAGE)
FILE_TYPES = frozenset(type_name(kind) for kind in files.FROM_PAGE)

_encoder = msgspec.json.Encoder()
_client: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_page: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)
_files: msgspec.json.Decoder[files.FromPage] = msgspec.json.Decoder(files.FromPage)
_head: msgspec.json.Decoder[_Head] = msgspec.json.Decoder(_Head)


def encode(message: msgspec.Struct) -> str:
    """One message as JSON text."""
    return _encoder.encode(message).decode()


def decode_client(raw: str | bytes) -> ClientMessage:
    """Read what a client sent.

    Raises:
        MessageTooLarge: more than ``MAX_MESSAGE_BYTES`` bytes.
        MessageMalformed: not JSON, not an object, or a field is missing, of the wrong type or too long.
        MessageUnknown: a type that clients do not send.
    """
    return _decode(_limited(raw), _client, CLIENT_TYPES)


def decode_page(raw: str | bytes) -> FromPage:
    """Read what a page sent on the view channel; raises as ``decode_client`` does."""
    return _decode(_limited(raw), _page, VIEW_TYPES)


def decode_files(raw: str) -> files.FromPage:
    """Read what a page sent as text on the files channel; raises as ``decode_client`` does."""
    data = raw.encode("utf-8", "surrogatepass")
    if len(data) > files.MAX_CONTROL_BYTES:
        raise MessageTooLarge(len(data))
    return _decode(data, _files, FILE_TYPES)


def decode_server(raw: str | bytes) -> ServerMessage:
    """Read what the server sent; raises as ``decode_client`` does, without the size limit."""
    data = raw.encode() if isinstance(raw, str) else raw
    return _decode(data, _server, SERVER_TYPES)


def _limited(raw: str | bytes) -> bytes:
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if len(data) > MAX_MESSAGE_BYTES:
        raise MessageTooLarge(len(data))
    return data


def _decode(data: bytes, decoder: "msgspec.json.Decoder[T]", known: frozenset[str]) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        try:
            name = _head.decode(data).type
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise MessageMalformed(_short(error)) from error
        if name and name not in known:
            raise MessageUnknown(name[:64]) from error
        raise MessageMalformed(_short(error), name[:64] or None) from error


def _short(error: Exception) -> str:
    return str(error)[:200]
