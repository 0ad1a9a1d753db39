"""The templates with made-up contexts, so that pages can be looked at without a database or a server."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, flash, render_template, request
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self' wss://turtus.test; style-src 'self'; script-src 'self'"
)
"""The Content-Security-Policy under which the real pages run."""


class AccountForm(FlaskForm):  # type: ignore[misc]
    """Both for Register and for Sign in."""

    username = StringField("Name")
    password = PasswordField("Password")
    remember = BooleanField("Stay signed in on this device")
    next = HiddenField()


class RoomForm(FlaskForm):  # type: ignore[misc]
    name = StringField("Name of the room")
    start_url = StringField("Page to open first")


class ProfileForm(FlaskForm):  # type: ignore[misc]
    username = StringField("Name")


class PasswordForm(FlaskForm):  # type: ignore[misc]
    current = PasswordField("Current password")
    new = PasswordField("New password")


class DeleteForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField("Your password")


def _room(name: str, *, live: bool = False, people: int = 0, is_owner: bool = False) -> dict[str, Any]:
    slug = name.lower().replace(" ", "-")
    return {
        "slug": slug,
        "name": name,
        "url": f"/rooms/{slug}",
        "is_owner": is_owner,
        "live": live,
        "people": people,
        "start_url": "https://example.org/film",
    }


ROOMS = [
    _room("Film night", live=True, people=4, is_owner=True),
    _room("Grandma and the kids", people=2),
    _room("Chess in the evening", is_owner=True),
]


def _with_errors(form: FlaskForm, **errors: str) -> FlaskForm:
    for name, text in errors.items():
        form[name].errors = [str(ValidationError(text))]
    return form


def make_site() -> Flask:
    """The pages; ``?as=nobody`` shows them signed out, ``?wrong=1`` with errors, ``?flash=1`` with a notice."""
    app = Flask("app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="only for looking", SERVER_NAME="turtus.test", PREFERRED_URL_SCHEME="https")
    CSRFProtect(app)

    @app.context_processor
    def _who() -> dict[str, Any]:
        known = request.args.get("as") != "nobody"
        return {"current_user": SimpleNamespace(is_authenticated=known, username="Ana", id="u1")}

    @app.before_request
    def _notice() -> None:
        if request.args.get("flash"):
            flash("The room is made. Send its link to your friends.", "success")
            flash("That did not work.", "danger")

    @app.after_request
    def _policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    _add_accounts(app)
    _add_rooms(app)
    return app


def _add_accounts(app: Flask) -> None:
    def home() -> str:
        shown = [] if request.args.get("empty") else ROOMS
        return render_template("home.html", rooms=shown, form=RoomForm(), public_rooms=[])

    def entry(template: str) -> str:
        form = AccountForm()
        if request.args.get("wrong"):
            _with_errors(form, username="This name is taken.", password="Use 8 characters or more.")
        return render_template(template, form=form, invited_to=request.args.get("invited"))

    def account() -> str:
        forms = {"profile_form": ProfileForm(username="Ana"), "password_form": PasswordForm()}
        if request.args.get("wrong"):
            _with_errors(forms["password_form"], current="This is not your password.")
        return render_template("account.html", delete_form=DeleteForm(), **forms)

    app.add_url_rule("/", "web.home", home)
    app.add_url_rule("/register", "accounts.register", lambda: entry("auth/register.html"))
    app.add_url_rule("/login", "accounts.login", lambda: entry("auth/login.html"))
    app.add_url_rule("/logout", "accounts.logout", lambda: "", methods=["POST"])
    app.add_url_rule("/account", "accounts.account", account)


def _add_rooms(app: Flask) -> None:
    def index() -> str:
        shown = [] if request.args.get("empty") else ROOMS
        return render_template("rooms/list.html", rooms=shown, q=request.args.get("q", ""))

    def show(slug: str) -> str:
        room = {**ROOMS[0], "slug": slug, "is_owner": request.args.get("owner") != "no"}
        me = {"id": "u1", "name": "Ana"}
        signal_url = f"wss://turtus.test/signal/{slug}"
        return render_template("rooms/room.html", room=room, me=me, signal_url=signal_url)

    def edit(slug: str) -> str:
        form = RoomForm(name="Film night", start_url="ftp://x" if request.args.get("wrong") else "")
        if request.args.get("wrong"):
            _with_errors(form, start_url="Start with http:// or https://.")
        return render_template("rooms/edit.html", room=ROOMS[0], form=form, delete_form=FlaskForm())

    def error(code: int) -> tuple[str, int]:
        words = {404: ("Nothing here", "There is no such page."), 500: ("That broke", "Try again in a minute.")}
        title, message = words.get(code, ("You may not do that", "Only the owner of a room can change it."))
        return render_template("error.html", code=code, title=title, message=message), code

    app.add_url_rule("/rooms", "rooms.index", index)
    app.add_url_rule("/rooms", "rooms.create", lambda: "", methods=["POST"])
    app.add_url_rule("/rooms/<slug>", "rooms.show", show)
    app.add_url_rule("/rooms/<slug>/edit", "rooms.edit", edit)
    app.add_url_rule("/rooms/<slug>/delete", "rooms.delete", lambda slug: "", methods=["POST"])
    app.add_url_rule("/error/<int:code>", "error", error)
