"""app.web.assets"""

from pathlib import Path

import pytest
from flask import Flask, render_template_string

from app.settings import ROOT
from app.web import assets

STATIC = ROOT / "app" / "static"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three modules, of which two import each other, and a style."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "page.js").write_text(
        "import { a } from './a.js';\nimport {\n  b,\n} from './b.js';\n"
    )
    (tmp_path / "js" / "a.js").write_text(
        "import './b.js';\n// import('./never.js') and from './never.js';\n"
    )
    (tmp_path / "js" / "b.js").write_text("export { a } from './a.js';\nconst c = \"from './never.js'\";\n")
    (tmp_path / "page.css").write_text("a {}")
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


def test_modules_of_a_page(folder: Path) -> None:
    """Each once, circles too; what a comment or a text names is none."""
    assert assets.modules(folder / "js", "page.js") == ["page.js", "a.js", "b.js"]


def test_page_names_all_of_its_modules(app: Flask) -> None:
    """One link for each, at the address that it is imported from."""
    with app.test_request_context():
        html = render_template_string("{{ preload('page.js') }}")
    assert html.count('rel="modulepreload"') == 3
    assert f'href="{url(app, "js/b.js")}"' in html


def test_every_import_of_the_real_scripts_is_found() -> None:
    """Each script imports in the way that is looked for: what a plain search finds is in the graph."""
    for path in (STATIC / "js").glob("*.js"):
        plain = {part.split("'")[0] for part in path.read_text().split(" from './")[1:]}
        plain = {name for name in plain if (STATIC / "js" / name).is_file()}
        assert plain <= set(assets.modules(STATIC / "js", path.name)), path.name
