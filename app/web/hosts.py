"""A ``Host`` header that names no host: a page that says so, instead of a failure deep inside."""

from flask import Flask, abort, request

from app.domain.hosts import is_host_header

_NO_HOST = "turtus.no_host"


def register(app: Flask) -> None:
    """Answer such requests with 400 (RFC 9112, 3.2). Comes before all other hooks of the app.

    The page has links, which Flask cannot make for a host that is none: it is made as if for localhost.
    """
    inner = app.wsgi_app

    def checked(environ: dict[str, object], start_response: object) -> object:
        if not is_host_header(str(environ.get("HTTP_HOST", "localhost"))):  # HTTP/1.0 needs none
            environ.update({"HTTP_HOST": "localhost", _NO_HOST: True})
        return inner(environ, start_response)  # type: ignore[arg-type]

    app.wsgi_app = checked  # type: ignore[method-assign,assignment]

    @app.before_request
    def refuse() -> None:
        if _NO_HOST in request.environ:
            abort(400, "Your browser asked for a site whose name cannot be. Look at the address once more.")
