"""app.realtime.hosts"""

from app.realtime.hosts import HostBoard
from app.wiring import make_redis
from tests.support.servers import RedisServer


def test_hosts_are_alive_for_a_while(redis_server: RedisServer) -> None:
    """Each says so again and again."""
    client = make_redis(redis_server.url)
    client.flushall()
    board = HostBoard(client)
    assert board.alive() == []
    board.beat("a")
    board.beat("b")
    board.beat("a")
    assert sorted(board.alive()) == ["a", "b"]
    client.close()
