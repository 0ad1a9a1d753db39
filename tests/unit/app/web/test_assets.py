"""app.web.assets"""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from app.web import assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page's script of two modules, another's that cannot be bundled, and a style."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "room.js").write_text("import { a } from './a.js';\na();\n")
    (tmp_path / "js" / "a.js").write_text("export function a() {}\n")
    (tmp_path / "js" / "pages.js").write_text("await fetch('/');\n")
    (tmp_path / "page.css").write_text("a {}")
    (tmp_path / "css").mkdir()
    for name in {name for names in assets.STYLES.values() for name in names}:
        (tmp_path / "css" / f"{name}.css").write_text(f".{name} {{}}")
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    assets.register(app, folder)
    return app


def url(app: Flask, filename: str) -> str:
    with app.test_request_context():
        return app.url_for("static", filename=filename)


def script(app: Flask, page: str) -> str:
    with app.test_request_context():
        address: str = app.jinja_env.from_string("{{ script(page) }}").render(page=page)
    return address


def test_address_that_may_be_kept(app: Flask) -> None:
    """Pages link to it, and a browser need not ask again."""
    kept = url(app, "page.css")
    assert kept.startswith("/static/@")
    with app.test_client().get(kept) as answer:
        assert answer.get_data(as_text=True) == "a {}"
        assert answer.cache_control.immutable
        assert answer.cache_control.max_age == assets.YEAR_S


@pytest.mark.parametrize("path", ["/static/page.css", "/static/@yesterday/page.css"])
def test_address_of_another_day(app: Flask, path: str) -> None:
    """Gives what is there now, and is asked for again: an answer that has not changed has no body."""
    with app.test_client().get(path) as answer:
        assert answer.get_data(as_text=True) == "a {}"
        assert answer.cache_control.no_cache
        assert not answer.cache_control.immutable
    with app.test_client().get(path, headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/static/none.css", "/static/@x/../secret", "/static/%2e%2e/test_assets.py"]
)
def test_nothing_else_is_served(app: Flask, path: str) -> None:
    """Only what is in the folder."""
    assert app.test_client().get(path).status_code == 404


def test_hash_follows_the_contents(folder: Path) -> None:
    """Another content or another name is another hash; the same is the same."""
    before = assets.content_hash(folder)
    assert assets.content_hash(folder) == before
    (folder / "page.css").write_text("b {}")
    changed = assets.content_hash(folder)
    (folder / "page.css").rename(folder / "other.css")
    assert len({before, changed, assets.content_hash(folder)}) == 3


def test_script_of_a_page_is_one_file(app: Flask) -> None:
    """Packed for those who can unpack it, and kept; a hash of yesterday's is asked for again."""
    address = script(app, "room")
    assert address == url(app, "js/room.bundle.js")
    client = app.test_client()
    plain = client.get(address)
    assert plain.mimetype == "text/javascript"
    assert plain.cache_control.immutable
    assert plain.cache_control.max_age == assets.YEAR_S
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert client.get("/static/js/room.bundle.js").cache_control.no_cache


def test_styles_of_a_page_are_one_file(app: Flask) -> None:
    """In their order."""
    answer = app.test_client().get(url(app, "css/pages.bundle.css"))
    assert answer.mimetype == "text/css"
    assert answer.get_data(as_text=True).split() == [
        word for name in assets.STYLES["pages"] for word in (f".{name}", "{}")
    ]


def test_style_of_a_part_of_the_room_is_found(folder: Path) -> None:
    """A new file needs no entry; it comes last."""
    (folder / "css" / "wheel.css").write_text(".wheel {}")
    bundles = assets.make_bundles(folder)
    assert bundles["css/room.bundle.css"].endswith(".panel {}\n.wheel {}")
    assert ".wheel" not in bundles["css/pages.bundle.css"]


def test_script_that_cannot_be_bundled_is_served_as_it_is(
    app: Flask, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A page without its bundle works, more slowly; the log says why."""
    assert script(app, "pages") == url(app, "js/pages.js")
    assets.make_bundles(folder)
    assert "pages.js: cannot be read: await" in caplog.text
