"""The templates with made-up contexts, so that pages can be looked at without a database or a server."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, flash, render_template, request
from flask_wtf import CSRFProtect

from app.errors import InvalidInput
from app.web import assets, forms

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self' wss://turtus.test; style-src 'self'; script-src 'self'"
)
"""The Content-Security-Policy under which the real pages run."""


def _room(name: str, *, live: bool = False, people: int = 0, is_owner: bool = False) -> dict[str, Any]:
    slug = name.lower().replace(" ", "-")
    return {
        "slug": slug,
        "name": name,
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


def _with_errors(form: forms.TurtusForm, **errors: str) -> None:
    form.validate()
    form.take(InvalidInput(**errors))


def make_site() -> Flask:
    """The pages; ``?as=nobody``: signed out, ``?wrong=1``: with errors, ``?flash=1``: with notices."""
    app = Flask("app", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="only for looking", SERVER_NAME="turtus.test", PREFERRED_URL_SCHEME="https")
    CSRFProtect(app)
    assets.register(app, ROOT / "app" / "static")

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
        form = forms.RoomForm(name="", start_url="")
        if request.args.get("wrong"):
            _with_errors(form, name="Fill this in.")
        return render_template("home.html", rooms=shown, form=form, public_rooms=[])

    def entry(template: str, form: forms.TurtusForm) -> str:
        if request.args.get("wrong"):
            form.username.data = "Ana"
            _with_errors(form, password="A password has at least 8 characters.")
        invited = request.args.get("invited")
        return render_template(template, form=form, invited_to=invited, registration_open=True)

    def account() -> str:
        password = forms.PasswordForm(formdata=None)
        if request.args.get("wrong"):
            _with_errors(password, current="This is not your password.")
        profile = forms.ProfileForm(formdata=None, data={"username": "Ana"})
        return render_template(
            "account.html",
            profile_form=profile,
            password_form=password,
            delete_form=forms.DeleteAccountForm(formdata=None),
        )

    app.add_url_rule("/", "web.home", home)
    app.add_url_rule(
        "/register", "accounts.register", lambda: entry("auth/register.html", forms.RegisterForm())
    )
    app.add_url_rule("/login", "accounts.login", lambda: entry("auth/login.html", forms.LoginForm()))
    app.add_url_rule("/account", "accounts.account", account)
    for name in ("logout", "rename", "change_password", "delete"):
        app.add_url_rule(f"/account/{name}", f"accounts.{name}", lambda: "", methods=["POST"])


def _add_rooms(app: Flask) -> None:
    def index() -> str:
        shown = [] if request.args.get("empty") else ROOMS
        return render_template("rooms/list.html", rooms=shown, q=request.args.get("q", ""))

    def show(slug: str) -> str:
        room = {**ROOMS[0], "slug": slug, "is_owner": request.args.get("owner") != "no"}
        signal_url = f"wss://turtus.test/signal/{slug}"
        invite_url = f"https://turtus.test/rooms/{slug}"
        return render_template(
            "rooms/room.html",
            room=room,
            kinds=("firefox", "chromium"),
            signal_url=signal_url,
            invite_url=invite_url,
        )

    def edit(slug: str) -> str:
        form = forms.RoomForm(formdata=None, data={"name": "Film night", "start_url": "ftp://x"})
        if request.args.get("wrong"):
            _with_errors(form, start_url="Start with http:// or https://.")
        return render_template("rooms/edit.html", room=ROOMS[0], form=form, delete_form=forms.EmptyForm())

    def error(code: int) -> tuple[str, int]:
        words = {404: ("Nothing here", "This page or room does not exist, or it was deleted.")}
        title, message = words.get(code, ("Something broke", "Try again in a moment."))
        return render_template("error.html", code=code, title=title, message=message), code

    app.add_url_rule("/rooms", "rooms.index", index)
    app.add_url_rule("/rooms", "rooms.create", lambda: "", methods=["POST"])
    app.add_url_rule("/rooms/<slug>", "rooms.show", show)
    app.add_url_rule("/rooms/<slug>/edit", "rooms.edit", edit)
    app.add_url_rule("/rooms/<slug>/delete", "rooms.delete", lambda slug: "", methods=["POST"])
    app.add_url_rule("/error/<int:code>", "error", error)
