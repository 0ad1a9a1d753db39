"""Errors as pages: a title and a sentence, never a trace."""

import logging

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.errors import Forbidden, InvalidInput, NotFound, TooOften, TurtusError

log = logging.getLogger(__name__)

_STATUS: dict[type[TurtusError], int] = {
    NotFound: 404,
    Forbidden: 403,
    TooOften: 429,
    InvalidInput: 422,
}
_TITLES = {
    400: "That did not work",
    403: "Not for you",
    404: "Nothing here",
    405: "That did not work",
    413: "Too large",
    422: "That did not work",
    429: "Slow down a little",
}
_SENTENCES = {
    404: "This page or room does not exist, or it was deleted.",
    405: "This address cannot be used that way.",
    500: "Something went wrong on the server. Try again in a moment.",
}


def register(app: Flask) -> None:
    """Every failure of a page goes through here."""

    @app.errorhandler(TurtusError)
    def ours(error: TurtusError) -> tuple[str, int, dict[str, str]]:
        status = _STATUS.get(type(error), 500)
        headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooOften) else {}
        return _page(status, str(error), headers)

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> tuple[str, int, dict[str, str]]:
        return _page(400, "This form is too old or came from elsewhere. Load the page again, then retry.")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int, dict[str, str]]:
        status = error.code or 500
        return _page(status, _SENTENCES.get(status) or error.description or "Something went wrong.")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[str, int, dict[str, str]]:
        log.exception("a request failed")
        return _page(500, _SENTENCES[500])


def _page(
    status: int, message: str, headers: dict[str, str] | None = None
) -> tuple[str, int, dict[str, str]]:
    title = _TITLES.get(status, "Something broke")
    return render_template("error.html", code=status, title=title, message=message), status, headers or {}
