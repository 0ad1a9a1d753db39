"""app.web.assets"""

import gzip
from pathlib import Path

import pytest
from flask import Flask

from app.web import assets

ROOM_BYTES = 150_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page's script of three modules, and styles."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "room.js").write_text(
        "import { a } from './a.js';\nimport {\n  b,\n} from './b.js';\n"
    )
    (tmp_path / "js" / "a.js").write_text("export function a() {}\n")
    (tmp_path / "js" / "b.js").write_text("import { a } from './a.js';\nexport const b = a;\n")
    (tmp_path / "page.css").write_text("a { color: red }")
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


def test_address_that_may_be_kept(app: Flask) -> None:
    """Pages link to it, and a browser need not ask again."""
    kept = url(app, "page.css")
    assert kept.startswith("/static/@")
    with app.test_client().get(kept) as answer:
        assert answer.get_data(as_text=True) == "a{color:red}"
        assert answer.cache_control.immutable
        assert answer.cache_control.max_age == assets.YEAR_S


@pytest.mark.parametrize("path", ["/static/page.css", "/static/@yesterday/page.css"])
def test_address_of_another_day(app: Flask, path: str) -> None:
    """Gives what is there now, and is asked for again: an answer that has not changed has no body."""
    with app.test_client().get(path) as answer:
        assert answer.get_data(as_text=True) == "a{color:red}"
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


def test_address_follows_what_is_served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files made shorter in another way (here: not at all) are at another address."""

    def address() -> str:
        assets.texts.cache_clear()
        app = Flask(__name__, static_folder=None)
        assets.register(app, folder)
        return url(app, "page.css")

    before = address()
    assert address() == before
    monkeypatch.setattr("app.web.shorter.shorter", dict)
    assert address() != before


def test_texts_are_packed_for_those_who_can_unpack(app: Flask) -> None:
    """The same text for both, and caches are told that there are two."""
    address = url(app, "js/room.js")
    client = app.test_client()
    plain = client.get(address)
    assert plain.mimetype == "text/javascript"
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data


def test_texts_are_served_without_comments(folder: Path) -> None:
    """What is only for who reads the source is not sent; what a script says stays."""
    (folder / "js" / "a.js").write_text("// why\nexport const a = (b) => `// ${b ? `${b} c` : 'd'}  /*`;\n")
    (folder / "page.css").write_text("/* why */\na {\n  color: red;\n}\n")
    held = assets.texts(folder, assets.content_hash(folder))
    assert held["js/a.js"].body == b'export const a=e=>`// ${e?`${e} c`:"d"}  /*`'
    assert held["page.css"].body == b"a{color:red}"


def test_room_page_is_light() -> None:
    """All styles and scripts that a room's page asks for, as they are served, unpacked."""
    static = Path(assets.__file__).parents[1] / "static"
    held = assets.texts(static, assets.content_hash(static))
    needed = {
        *assets.styles(static, "room"),
        *assets.modules(static, "arrival"),
        *assets.modules(static, "room"),
    }
    assert sum(len(held[name].body) for name in needed) <= ROOM_BYTES


def test_a_page_names_the_modules_and_styles_that_it_needs(app: Flask) -> None:
    """Each once, after those that it imports; styles in their order."""
    line = "{{ modules('room') | join(' ') }} | {{ styles('pages') | join(' ') }}"
    with app.test_request_context():
        scripts, styles = app.jinja_env.from_string(line).render().split(" | ")
    assert scripts == "js/a.js js/b.js js/room.js"
    assert styles.split() == [f"css/{name}.css" for name in assets.STYLES["pages"]]


def test_style_of_a_part_of_the_room_is_found(folder: Path) -> None:
    """A new file needs no entry; it comes last."""
    (folder / "css" / "wheel.css").write_text(".wheel {}")
    assert assets.styles(folder, "room")[-2:] == ["css/panel.css", "css/wheel.css"]
    assert "css/wheel.css" not in assets.styles(folder, "pages")


def test_module_that_is_not_there_is_named(folder: Path) -> None:
    """When the page is made, not when somebody opens it and finds it dead."""
    (folder / "js" / "b.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"b\.js"):
        assets.modules(folder, "room")
