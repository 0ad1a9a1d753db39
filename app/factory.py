"""create_app: wires blueprints to parts. It connects to nothing and starts nothing."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.settings import ROOT, Settings
from app.sockets import endpoint
from app.web import accounts, assets, failures, health, home, hosts, rooms
from app.web.forms import MAX_FORM_BYTES, MAX_FORM_PARTS
from app.web.session import make_login_manager
from app.wiring import Parts, make_parts


def create_app(settings: Settings, parts: Parts | None = None) -> Flask:
    """The application; ``parts`` None are the real ones. Kept as ``app.extensions["turtus"]``."""
    parts = parts or make_parts(settings)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # A route that takes files sets its request's max_content_length, before whatever reads forms.
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_NAME="turtus_session",
        SESSION_COOKIE_SECURE=settings.always_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_NAME="turtus_remember",
        REMEMBER_COOKIE_SECURE=settings.always_https,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=timedelta(days=settings.session_days),
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,  # SameSite cookies and the token carry it; proxies drop Referer
        SOCK_SERVER_OPTIONS=endpoint.SERVER_OPTIONS,
    )
    hosts.register(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    app.extensions["turtus"] = parts
    CSRFProtect(app)
    make_login_manager(parts.logins).init_app(app)
    assets.register(app, ROOT / "app" / "static")
    failures.register(app)
    app.register_blueprint(home.make_blueprint(parts.rooms))
    app.register_blueprint(accounts.make_blueprint(parts.accounts, parts.logins, parts.rooms))
    app.register_blueprint(
        rooms.make_blueprint(
            parts.rooms, settings.web_signal_server, settings.public_url, kinds=tuple(settings.vb.images)
        )
    )
    app.register_blueprint(
        health.make_blueprint(
            {
                "database": parts.database_answers,
                "redis": parts.redis_answers,
                "worker": parts.worker_answers,
            }
        )
    )
    origins = (*settings.allowed_origins, *filter(None, (settings.public_url,)))
    gate = endpoint.Gate(parts.rooms, parts.desk, parts.hub, origins)
    app.register_blueprint(endpoint.make_blueprint(gate))
    _harden(app, settings)
    return app


def _harden(app: Flask, settings: Settings) -> None:
    signal = settings.web_signal_server
    policy = "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' {signal}".rstrip(),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.public_https:  # not for the certificate of one's own, which people click away
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {"me": current_user if current_user.is_authenticated else None}
