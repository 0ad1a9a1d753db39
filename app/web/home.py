"""The first page, and what answers when only a program asks."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from app.services.rooms import Rooms
from app.web.forms import RoomForm


def make_blueprint(rooms: Rooms) -> Blueprint:
    """``/``."""
    blueprint = Blueprint("web", __name__)

    @blueprint.get("/")
    def home() -> Response | str:
        received = datetime.now(UTC)
        if request.accept_mimetypes.best_match(["text/plain", "text/html"]) != "text/html":
            return Response(f"{received.isoformat()}\n", mimetype="text/plain")
        if not current_user.is_authenticated:
            return render_template("home.html", rooms=[], form=None, public_rooms=[])
        mine = rooms.mine(current_user.id)
        return render_template("home.html", rooms=mine, form=RoomForm(), public_rooms=[])

    return blueprint
