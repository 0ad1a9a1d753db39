"""app.web.failures"""

from flask import Flask, abort
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from app.errors import Forbidden, InvalidInput, NotFound, TooOften, TurtusError
from app.settings import ROOT
from app.web import accounts, assets, failures, home, rooms


def make_app() -> Flask:
    app = Flask("app", template_folder=str(ROOT / "templates"), static_folder=None)
    assets.register(app, ROOT / "app" / "static")
    app.config.update(SECRET_KEY="x")
    app.context_processor(lambda: {"me": None})
    LoginManager(app).user_loader(lambda _: None)
    CSRFProtect(app)
    failures.register(app)
    nothing: object = None
    app.register_blueprint(home.make_blueprint(nothing))  # type: ignore[arg-type]  # only for its links
    app.register_blueprint(accounts.make_blueprint(nothing, nothing, nothing))  # type: ignore[arg-type]
    app.register_blueprint(rooms.make_blueprint(nothing, ""))  # type: ignore[arg-type]

    @app.get("/fail/<kind>")
    def fail(kind: str) -> str:
        errors = {
            "404": NotFound("room"),
            "403": Forbidden("drive"),
            "429": TooOften(90),
            "422": InvalidInput(name="No."),
            "500": TurtusError(),
            "bug": RuntimeError("a secret of the server"),
        }
        if kind == "413":
            abort(413)
        raise errors[kind]

    return app


def test_every_failure_has_its_status_and_no_secret() -> None:
    """Ours by kind, the rest as 500 without details; too many tries says when to come back."""
    client = make_app().test_client()
    for kind in ("404", "403", "429", "422", "500", "413"):
        assert client.get(f"/fail/{kind}").status_code == int(kind)
    assert client.get("/fail/429").headers["Retry-After"] == "90"
    bug = client.get("/fail/bug")
    assert bug.status_code == 500
    assert "a secret of the server" not in bug.text
    assert client.post("/rooms").status_code == 400
