"""How gunicorn serves wsgi:app; port, processes and TLS are arguments of whoever starts it."""

import errno
import resource
import ssl
import time
from collections.abc import Callable
from typing import Any

import gevent
from gunicorn.config import Config
from gunicorn.workers.ggevent import GeventWorker

HANDSHAKE_S = 10.0
"""For a TLS handshake. A visitor who opens connections and says nothing gives them back."""
BODY_S = 20.0
"""For what a request brings, and a second more for each ``BODY_BYTES_PER_S`` that have come."""
BODY_BYTES_PER_S = 8192
SEND_S = 60.0
"""For each piece of an answer, read or not. Sockets of rooms have a time of their own."""

_CONNECTIONS = 10_000
_FILES_BESIDE = 100
"""What a process has open beside the connections."""


def _room_for(connections: int) -> int:
    """Allow this process and its children so many open files; as many connections as that leaves room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _FILES_BESIDE
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    return max(1, granted - _FILES_BESIDE)


class _Unhurried:
    """Reads a request's body, in time.

    Args:
        reader: gunicorn's own, which waits for ever.
    """

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._end = 0.0

    def read(self, size: int) -> bytes:
        """A piece, at most a second's worth, so that each earns the next its time; empty at the end.

        Gunicorn asks until it has what its caller wants. ConnectionResetError if it comes too slowly.
        """
        now = time.monotonic()
        self._end = self._end or now + BODY_S
        with gevent.Timeout(max(0.001, self._end - now), _given_up("a body came too slowly")):
            data: bytes = self._reader.read(min(size, BODY_BYTES_PER_S))
        self._end += len(data) / BODY_BYTES_PER_S
        return data


def _given_up(why: str) -> OSError:
    """For gunicorn the visitor has gone, which is no error of ours and not logged."""
    return ConnectionResetError(errno.ECONNRESET, why)


class Worker(GeventWorker):  # type: ignore[misc]
    """Gunicorn's own, whose requests and answers end in time."""

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        """One request. TimeoutError can only be a send: the application keeps its own."""
        sock.settimeout(SEND_S)
        req.body.reader = _Unhurried(req.body.reader)
        try:
            return super().handle_request(listener_name, req, sock, addr)
        except TimeoutError as error:
            raise _given_up("an answer was not read") from error


worker_class = Worker
worker_connections = _room_for(_CONNECTIONS)
"""Of each process; each person and each browser in a room holds one. More wait until one is free."""
keepalive = 5
"""Seconds for the head of a request, the first and each further one of a connection."""
graceful_timeout = 3
"""Seconds for open requests when asked to stop; sockets of rooms reconnect by themselves."""
worker_tmp_dir = "/dev/shm"  # noqa: S108
"""The workers' heartbeat: on a disk that is busy it would stall them."""
control_socket_disable = True
"""Its one place in the home folder is not for two stacks."""


def ssl_context(config: Config, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Gunicorn's own, whose handshakes end in time, and quietly when they fail."""
    context = default()
    wrap = context.wrap_socket

    def shake_hands(*arguments: Any, **options: Any) -> ssl.SSLSocket:
        """Who breaks it off (a scan, a distrusted certificate) is no error of ours: their greenlet ends."""
        try:
            with gevent.Timeout(HANDSHAKE_S, TimeoutError("no TLS handshake")):
                return wrap(*arguments, **options)
        except OSError as error:
            raise gevent.GreenletExit from error

    context.wrap_socket = shake_hands  # type: ignore[method-assign]
    return context
