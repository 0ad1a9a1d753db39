"""How gunicorn serves wsgi:app; port, processes and TLS are arguments of whoever starts it."""

import ssl
from types import TracebackType

from gevent.hub import get_hub

worker_class = "gevent"
graceful_timeout = 3
"""Seconds for open requests when asked to stop; sockets of rooms reconnect by themselves."""
worker_tmp_dir = "/dev/shm"  # noqa: S108
"""The workers' heartbeat: on a disk that is busy it would stall them."""
control_socket_disable = True
"""Its one place in the home folder is not for two stacks."""


def post_worker_init(worker: object) -> None:
    """A visitor who breaks off the TLS handshake (a scan, a distrusted certificate) is no error of ours."""
    hub = get_hub()
    told = hub.handle_error

    def handle_error(
        context: object, kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, ssl.SSLError | ConnectionResetError):
            told(context, kind, value, trace)

    hub.handle_error = handle_error
