"""Styles, scripts and pictures, at addresses that carry a hash of them all: a browser asks for each once.

``/static/@<hash>/<file>`` may be kept for ever; scripts and styles name each other by relative addresses, and
so stay below the same hash. ``/static/<file>``, and a hash of yesterday, give what is there now, asked for
again each time.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, send_from_directory
from markupsafe import Markup
from werkzeug.wrappers import Response

YEAR_S = 365 * 24 * 3600
_IMPORT = re.compile(r"^(?:import|export)\s(?:[^;'\"]*?\sfrom\s)?'\./([\w.-]+)';", re.MULTILINE)


def content_hash(folder: Path) -> str:
    """A short hash over the names and contents of all files in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        digest.update(f"{path.relative_to(folder)}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:12]


def modules(folder: Path, entry: str) -> Sequence[str]:
    """The ES module ``entry`` and all that it imports, and they import, by name; nearest first, each once.

    Static imports of files beside it, each written ``import … from './name.js';`` at the beginning of a line.
    """
    found = [entry]
    for name in found:  # grows while it is walked
        text = (folder / name).read_text(encoding="utf-8")
        found += [each for each in dict.fromkeys(_IMPORT.findall(text)) if each not in found]
    return found


def register(app: Flask, folder: Path) -> None:
    """Serve ``folder``; ``url_for("static", filename=…)`` gives the address that may be kept.

    Templates get ``preload(entry)``: links that let a browser fetch all modules of a page at once, rather
    than each when another that imports it has come.
    """
    now = content_hash(folder)

    def static(filename: str, version: str = "") -> Response:
        kept = version == now
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

    graphs = {path.name: modules(folder / "js", path.name) for path in (folder / "js").glob("*.js")}

    def preload(entry: str) -> Markup:
        """``<link rel="modulepreload">`` for the script ``js/<entry>`` and all of its modules."""
        link = Markup('<link rel="modulepreload" href="{}">')
        links = [link.format(app.url_for("static", filename=f"js/{name}")) for name in graphs[entry]]
        return Markup("\n  ").join(links)

    app.jinja_env.globals["preload"] = preload
