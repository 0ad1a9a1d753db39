"""vb.protocol.codec"""

import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vb.protocol import codec, messages, view
from vb.protocol.codec import MessageMalformed, MessageTooLarge, MessageUnknown, ProtocolError
from vb.protocol.limits import MAX_CHAT_CHARS, MAX_MESSAGE_BYTES, ErrorCode
from vb.protocol.messages import ChatSend, Offer, Peer, Ping, Pong

ANA = Peer(id="p1", name="Ana", role="owner", client_type="person")


def test_messages_come_back_as_they_went() -> None:
    """Encode, decode: the same value, for a client's and for the server's messages."""
    for message in (
        Ping(n=3),
        ChatSend(text="hé 🎬", client_msg_id="1"),
        Offer(to="p", session="s", sdp="v=0"),
    ):
        assert codec.decode_client(codec.encode(message)) == message
    stamped = Offer(to="p", session="s", sdp="v=0", sender=ANA)
    assert codec.decode_server(codec.encode(stamped)) == stamped


def test_type_is_the_tag() -> None:
    """The wire name stands in the JSON, and is known for class and value."""
    assert json.loads(codec.encode(Ping(n=1))) == {"type": "ping", "n": 1}
    assert codec.type_name(Ping) == codec.type_name(Ping(n=1)) == "ping"


def test_every_class_of_the_schema_has_a_name_of_its_own() -> None:
    """No two messages share a tag, and each is in one group at least."""
    kinds: list[type[msgspec.Struct]] = [
        *messages.RELAYED, *messages.REQUESTS, *messages.AGENT_REQUESTS,
        *messages.ROOM_EVENTS, *messages.SERVER_ONLY, *view.FROM_PAGE, *view.TO_PAGE,
    ]  # fmt: skip
    assert len({codec.type_name(kind) for kind in kinds}) == len(kinds)
    tagged = {
        value
        for value in (*vars(messages).values(), *vars(view).values())
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__struct_config__.tag
    }
    assert tagged == set(kinds)


def test_unknown_fields_are_passed_over() -> None:
    """A newer client can talk to an older server."""
    assert codec.decode_client('{"type": "ping", "n": 1, "colour": "red"}') == Ping(n=1)


@pytest.mark.parametrize(
    ("raw", "error", "ref"),
    [
        ("", MessageMalformed, None),
        ("null", MessageMalformed, None),
        ("[]", MessageMalformed, None),
        ('{"n": 1}', MessageMalformed, None),
        (b"\xff\xfe", MessageMalformed, None),
        ("\ud800", MessageMalformed, None),
        ("[" * 30_000, MessageMalformed, None),
        ('{"type": "ping", "n": -1}', MessageMalformed, "ping"),
        ('{"type": "ping", "n": "x"}', MessageMalformed, "ping"),
        ('{"type": "pong", "n": 1}', MessageUnknown, "pong"),
        ('{"type": "nonsense"}', MessageUnknown, "nonsense"),
        (
            '{"type": "chat.send", "client_msg_id": "1", "text": "%s"}' % ("x" * (MAX_CHAT_CHARS + 1)),
            MessageMalformed,
            "chat.send",
        ),
        ("x" * (MAX_MESSAGE_BYTES + 1), MessageTooLarge, None),
    ],
)
def test_what_cannot_be_taken_says_why(raw: str | bytes, error: type[ProtocolError], ref: str | None) -> None:
    """Each kind of wrong message has its error, with a sentence and the type it claims to be."""
    with pytest.raises(error) as refused:
        codec.decode_client(raw)
    assert refused.value.ref == ref
    assert str(refused.value).endswith(".")


def test_errors_have_codes() -> None:
    """What the client is told."""
    assert MessageTooLarge(1).code is ErrorCode.TOO_LARGE
    assert MessageMalformed("x").code is ErrorCode.MALFORMED
    assert MessageUnknown("x").code is ErrorCode.UNKNOWN_TYPE
    assert str(MessageTooLarge(70_000)) == "A message may have 65536 bytes; this one has 70000."
    assert str(MessageUnknown("x")) == "There is no message of type 'x'."


def test_server_messages_are_not_for_clients_to_send() -> None:
    """A client cannot pretend to be the server."""
    with pytest.raises(MessageUnknown):
        codec.decode_client(codec.encode(Pong(n=1)))
    assert codec.decode_server(codec.encode(Pong(n=1))) == Pong(n=1)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_garbage_is_refused_and_nothing_else_happens(raw: bytes | str) -> None:
    """Only ProtocolError ever leaves the decoder."""
    with contextlib.suppress(ProtocolError):
        codec.decode_client(raw)


@given(
    st.sampled_from(sorted(codec.CLIENT_TYPES)),
    st.dictionaries(st.sampled_from(["to", "text", "n", "sdp", "session"]), _JSON),
)
def test_wrong_fields_are_refused_and_nothing_else_happens(name: str, fields: dict[str, object]) -> None:
    """A known type with any fields is read or refused."""
    with contextlib.suppress(MessageMalformed):
        codec.decode_client(json.dumps({**fields, "type": name}))


@pytest.mark.parametrize("wrong", ["", "a\0", "a b", "a\n", "é", "x" * 65])
def test_a_lines_id_is_kept_as_it_is_by_every_database(wrong: str) -> None:
    """Seen ASCII and nothing else: PostgreSQL has no NUL."""
    raw = {"type": "chat.send", "text": "hi", "client_msg_id": "aZ-_0.~"}
    assert isinstance(codec.decode_client(json.dumps(raw)), ChatSend)
    with pytest.raises(ProtocolError) as refused:
        codec.decode_client(json.dumps({**raw, "client_msg_id": wrong}))
    assert refused.value.code == ErrorCode.MALFORMED
