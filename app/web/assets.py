"""Styles, scripts and pictures, at addresses that carry a hash of them all: a browser asks for each once.

``/static/@<hash>/<file>`` may be kept for ever; scripts and styles name each other by relative addresses, and
so stay below the same hash. ``/static/<file>``, and a hash of yesterday, give what is there now, asked for
again each time. ``js/<page>.bundle.js`` is the script of a page with all of its modules (``app.web.bundle``),
``css/<page>.bundle.css`` its styles, one after the other.
"""

import gzip
import hashlib
import logging
import mimetypes
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from app.web.bundle import NotBundled, bundle

YEAR_S = 365 * 24 * 3600
_EVERYWHERE = ("tokens", "base", "components")
STYLES = {
    "room": (*_EVERYWHERE, "room", "stage", "panel"),
    "pages": (*_EVERYWHERE, "pages"),
}
"""For each script that a page begins with, the styles of that page, in their order. Those that are not named
here are of parts of the room, and come after the others."""
_log = logging.getLogger(__name__)


def content_hash(folder: Path) -> str:
    """A short hash over the names and contents of all files in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        digest.update(f"{path.relative_to(folder)}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:12]


def make_bundles(folder: Path) -> dict[str, str]:
    """``css/<page>.bundle.css`` -> its text, and ``js/<page>.bundle.js`` where it can be made.

    Raises:
        FileNotFoundError: a style is not there.
    """
    sources = {path.name: path.read_text(encoding="utf-8") for path in (folder / "js").glob("*.js")}
    named = {name for styles in STYLES.values() for name in styles}
    parts = sorted(path.stem for path in (folder / "css").glob("*.css") if path.stem not in named)
    bundles = {}
    for page, names in STYLES.items():
        styles = (*names, *parts) if page == "room" else names
        texts = [(folder / "css" / f"{name}.css").read_text(encoding="utf-8") for name in styles]
        bundles[f"css/{page}.bundle.css"] = "\n".join(texts)
        try:
            bundles[f"js/{page}.bundle.js"] = bundle(sources, f"{page}.js")
        except NotBundled as error:
            _log.warning("served in many files: %s", error)
    return bundles


def register(app: Flask, folder: Path) -> None:
    """Serve ``folder``; ``url_for("static", filename=…)`` gives the address that may be kept.

    Templates get ``script(page)``: the address of the page's bundle, or of its script where there is none.
    """
    now = content_hash(folder)
    bundles = make_bundles(folder)
    packed = {name: gzip.compress(text.encode()) for name, text in bundles.items()}

    def static(filename: str, version: str = "") -> AnyResponse:
        kept = version == now
        response: AnyResponse
        if filename in packed:
            response = _answer(filename, packed[filename], bundles[filename])
            response.cache_control.max_age = YEAR_S if kept else None
            response.cache_control.no_cache = None if kept else True
        else:
            response = send_from_directory(folder, filename, max_age=YEAR_S if kept else None)
        response.cache_control.immutable = kept
        return response

    # url_for takes the second: of the rules that fit, the one with the most arguments.
    app.add_url_rule("/static/<path:filename>", "static", static)
    app.add_url_rule("/static/@<version>/<path:filename>", "static", static)

    @app.url_defaults
    def newest(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static":
            values.setdefault("version", now)

    def script(page: str) -> str:
        """The address of the script that ``page`` begins with."""
        name = f"js/{page}.bundle.js"
        return app.url_for("static", filename=name if name in bundles else f"js/{page}.js")

    app.jinja_env.globals["script"] = script


def _answer(filename: str, packed: bytes, text: str) -> Response:
    """The bundle, packed for those who can unpack it."""
    unpacks = request.accept_encodings["gzip"] > 0
    response = Response(packed if unpacks else text, mimetype=mimetypes.guess_type(filename)[0])
    response.vary.add("Accept-Encoding")
    if unpacks:
        response.content_encoding = "gzip"
    return response
