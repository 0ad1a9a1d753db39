"""What is done in the name of somebody who comes in, on a real web server with two processes."""

import time

from tests.integration.app.sockets.test_endpoint import start_browser, two_in_a_room
from tests.integration.conftest import Site
from tests.support.people import sit_as_agent
from vb.protocol.limits import ErrorCode
from vb.protocol.messages import Error, Ping, Pong, RequestStream


def test_stream_is_asked_for_in_a_newcomers_name(site: Site) -> None:
    """Who connects and says so: once, of the vb that is there, with the way that they came; nobody else's is."""
    ana, ben, slug = two_in_a_room(site)
    with ana.sit(slug, stream=True) as old:
        old.settle()
        token = "t" * 43
        start_browser(site, old, token)
        with sit_as_agent(site.web.url, slug, token) as agent:
            agent.settle()
            with ben.sit(slug, stream=True) as new:
                newcomer, _ = new.settle()
                agent.newcomer(newcomer.id)
            asked = [each for each in agent.received if isinstance(each, RequestStream)]
            assert [(each.sender and each.sender.id, each.via) for each in asked] == [
                (newcomer.id, "127.0.0.1")
            ]


def test_connections_are_dear(site: Site) -> None:
    """Who asks for the stream again and again asks too often, or the others' would stand still; the socket lives."""
    ana = site.person()
    with ana.sit(ana.create_room()) as seat:
        me, _ = seat.settle()
        for _ in range(12):
            seat.send(RequestStream(to=me.id))
        assert seat.expect(Error).code == ErrorCode.TOO_OFTEN
        time.sleep(0.5)
        seat.send(Ping(n=3))
        seat.expect(Pong)


def test_nothing_is_compressed(site: Site) -> None:
    """Whatever a browser offers: what inflates costs memory for as long as the socket lives, and may be a bomb."""
    ana = site.person()
    with ana.sit(ana.create_room(), compression="deflate") as seat:
        seat.settle()
        assert seat.ws.protocol.extensions == []
