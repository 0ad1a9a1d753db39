"""How large what a request brings may be. A form is small; a route that takes files says how much."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

MAX_FORM_BYTES = 64 * 1024
"""Of a whole request. The longest form, a room with a first page in other letters, has a third of it."""
MAX_FORM_PARTS = 100
"""Of a multipart form."""
_LIMIT = "body_bytes"

View = TypeVar("View", bound=Callable[..., object])


def up_to(most: int) -> Callable[[View], View]:
    """Let a view take ``most`` bytes instead of ``MAX_FORM_BYTES``; goes below the route's decorator."""

    def mark(view: View) -> View:
        setattr(view, _LIMIT, most)
        return view

    return mark


def register(app: Flask) -> None:
    """Limit every request; before whatever reads forms. Who sends more gets 413."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES, MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES, MAX_FORM_PARTS=MAX_FORM_PARTS
    )

    @app.before_request
    def limit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        request.max_content_length = getattr(view, _LIMIT, MAX_FORM_BYTES)
