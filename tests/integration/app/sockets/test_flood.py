"""What one person may say, over all of their sockets."""

from app.realtime import rate
from tests.integration.conftest import Site
from vb.protocol.limits import ErrorCode
from vb.protocol.messages import Chat, ChatSend, Error


def test_a_flood_of_chat_is_one_persons_own(site: Site) -> None:
    """Another socket is no way around it; others go on, and so does the socket that was refused."""
    ana, ben = site.person(), site.person()
    slug = ana.create_room()
    assert ben.get(f"/rooms/{slug}").ok
    with ana.sit(slug) as a, ana.sit(slug) as again, ben.sit(slug) as b:
        for seat in (a, again, b):
            seat.settle()
        most = rate.CHAT_PER_PERSON.amount
        for n in range(most):
            a.send(ChatSend(text=f"line {n}", client_msg_id=f"a{n}"))
        assert [b.expect(Chat).line.text for _ in range(most)] == [f"line {n}" for n in range(most)]
        again.send(ChatSend(text="one more", client_msg_id="again"))
        refused = again.expect(Error)
        assert (refused.code, refused.ref) == (ErrorCode.TOO_OFTEN, "chat.send")
        assert "too much" in refused.message
        b.send(ChatSend(text="and I", client_msg_id="b"))
        assert [seat.expect(Chat).line.text for seat in (again, b)] == ["and I", "and I"]
