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


class TimedBoard(HostBoard):
    """A board whose clock the test sets."""

    now = 1_000.0

    def _now(self) -> float:
        return self.now


def pass_time(board: TimedBoard, seconds: int, *hosts: str) -> None:
    """``hosts`` say every 10 s that they are alive."""
    for _ in range(0, seconds, 10):
        board.now += 10
        for host in hosts:
            board.beat(host)


def test_host_is_silent_when_others_were_heard_all_the_time(redis_server: RedisServer) -> None:
    """Two minutes without a word; a host that was never heard of, too."""
    client = make_redis(redis_server.url)
    client.flushall()
    board = TimedBoard(client)
    pass_time(board, 60, "a", "b")
    pass_time(board, 110, "a")
    assert board.silent({"a", "b"}) == set()
    pass_time(board, 20, "a")
    assert board.silent({"a", "b", "never"}) == {"b", "never"}
    client.close()


def test_board_that_knows_nothing_calls_nobody_silent(redis_server: RedisServer) -> None:
    """It was emptied, or Redis was away for everybody: both hosts have two minutes to be heard again."""
    client = make_redis(redis_server.url)
    client.flushall()
    board = TimedBoard(client)
    pass_time(board, 300, "a", "b")
    client.flushall()
    assert board.silent({"a", "b"}) == set()
    pass_time(board, 110, "a")
    assert board.silent({"a", "b"}) == set()
    pass_time(board, 300, "a", "b")
    board.now += 600
    assert board.silent({"a", "b"}) == set()
    pass_time(board, 110, "a")
    assert board.silent({"a", "b"}) == set()
    pass_time(board, 20, "a")
    assert board.silent({"a", "b"}) == {"b"}
    client.close()
