"""Styles, scripts and pictures, at addresses that carry a hash of all that is served: each is asked for once.

``/static/@<hash>/<file>`` may be kept for ever; scripts and styles name each other by relative addresses, and
so stay below the same hash. ``/static/<file>``, and a hash of yesterday, give what is there now, asked for
again each time. Texts are held in memory, without comments and spare spaces, and packed: a browser that
was told to put up with a certificate keeps no file, and asks for all of them on every visit.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from app.web import shorter

YEAR_S = 365 * 24 * 3600
_TEXTS = {".css", ".js", ".svg", ".webmanifest"}
_EVERYWHERE = ("tokens", "base", "components")
STYLES = {
    "room": (*_EVERYWHERE, "room", "stage", "panel"),
    "pages": (*_EVERYWHERE, "pages"),
}
"""The styles of each kind of page, in order. Those not named here are of parts of the room, and come last."""
_IMPORT = re.compile(r"^(?:import|\}) .*from '\./([\w-]+)\.js';$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """A file in memory, as it is served, and that packed by gzip."""

    body: bytes
    packed: bytes
    mimetype: str


def content_hash(folder: Path, held: Mapping[str, Text] | None = None) -> str:
    """A short hash over the names and contents of all files in ``folder``, as ``held`` has them."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        body = held[name].body if held and name in held else path.read_bytes()
        digest.update(f"{name}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:12]


@lru_cache(1)
def texts(folder: Path, version: str) -> dict[str, Text]:
    """Every text below ``folder``, whose ``content_hash`` is ``version``, by its path from there."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in _TEXTS}
    found = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    found |= shorter.shorter(
        {name: text for name, text in found.items() if paths[name].suffix in shorter.KINDS}
    )
    return {name: _text(name, text.encode()) for name, text in found.items()}


def _text(name: str, body: bytes) -> Text:
    return Text(body, gzip.compress(body), mimetypes.guess_type(name)[0] or "text/plain")


def styles(folder: Path, page: str) -> list[str]:
    """The styles of a kind of page, by their paths from ``folder``."""
    named = {name for each in STYLES.values() for name in each}
    parts = sorted(path.stem for path in (folder / "css").glob("*.css") if path.stem not in named)
    names = (*STYLES[page], *parts) if page == "room" else STYLES[page]
    return [f"css/{name}.css" for name in names]


def modules(folder: Path, entry: str) -> list[str]:
    """``entry`` (last) and all that it imports, directly or not, by their paths from ``folder``.

    Raises:
        FileNotFoundError: one is not there.
    """
    seen: set[str] = set()
    found: list[str] = []

    def visit(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for needed in _IMPORT.findall((folder / "js" / f"{name}.js").read_text(encoding="utf-8")):
            visit(needed)
        found.append(f"js/{name}.js")

    visit(entry)
    return found


def register(app: Flask, folder: Path) -> None:
    """Serve ``folder``; ``url_for("static", filename=…)`` gives the address that may be kept.

    Templates get ``styles(page)`` and ``modules(entry)``: the files that a page needs, so that it can name
    them all, and none waits for another to be read first.
    """
    held = texts(folder, content_hash(folder))
    now = content_hash(folder, held)  # of what is served: what makes it shorter may do so otherwise one day

    def static(filename: str, version: str = "") -> AnyResponse:
        kept = version == now
        if (text := held.get(filename)) is None:
            response: AnyResponse = send_from_directory(folder, filename, max_age=YEAR_S if kept else None)
        else:
            response = _answer(text)
            response.set_etag(now)
            response.cache_control.max_age = YEAR_S if kept else None
            response.cache_control.no_cache = None if kept else True
            response.make_conditional(request)
        response.cache_control.immutable = kept
        return response

    # url_for takes the second: of the rules that fit, the one with the most arguments.
    app.add_url_rule("/static/<path:filename>", "static", static)
    app.add_url_rule("/static/@<version>/<path:filename>", "static", static)

    @app.url_defaults
    def newest(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static":
            values.setdefault("version", now)

    app.jinja_env.globals["styles"] = cache(partial(styles, folder))
    app.jinja_env.globals["modules"] = cache(partial(modules, folder))


def _answer(text: Text) -> Response:
    """The text, packed for those who can unpack it."""
    unpacks = request.accept_encodings["gzip"] > 0
    response = Response(text.packed if unpacks else text.body, mimetype=text.mimetype)
    response.vary.add("Accept-Encoding")
    if unpacks:
        response.content_encoding = "gzip"
    return response
