"""How gunicorn serves wsgi:app; port, processes and TLS are arguments of whoever starts it."""

import resource
import ssl
from collections.abc import Callable
from typing import Any

import gevent
from gunicorn.config import Config

HANDSHAKE_S = 10.0
"""For a TLS handshake. A visitor who opens connections and says nothing gives them back."""

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


worker_class = "gevent"
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
