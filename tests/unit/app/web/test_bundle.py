"""app.web.bundle"""

import pytest

from app.settings import ROOT
from app.web.bundle import NotBundled, bundle, order

SOURCES = {
    "page.js": "import { one, two as deux } from './a.js';\nimport {\n  B,\n} from './b.js';\nnew B(one(), deux);\n",
    "a.js": "import { B } from './b.js';\nexport function one() {\n  return B;\n}\nexport const two = 2;\n",
    "b.js": "export class B {}\nexport async function later() {}\nconst KEPT = 1; // as in a.js\n",
}


def test_what_is_needed_comes_first() -> None:
    """Each once, what is needed by two as well."""
    assert order(SOURCES, "page.js") == ["b.js", "a.js", "page.js"]


def test_modules_become_one() -> None:
    """No import and no export is left; names are handed on, also under another name."""
    text = bundle(SOURCES, "page.js")
    assert "import " not in text
    assert "export " not in text
    assert "const { one, two: deux } = $a_js;" in text
    assert "return { B, later };" in text
    assert text.index("class B") < text.index("function one") < text.index("new B")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import { a } from './none.js';\n", "is not there"),
        ("import { a } from './page.js';\n", "needs itself"),
        ("import a from './b.js';\n", "cannot be read: import a"),
        ("import * as a from './b.js';\n", "cannot be read: import \\*"),
        ("import './b.js';\n", "cannot be read"),
        ("export { a } from './b.js';\n", "cannot be read"),
        ("export default class {}\n", "cannot be read: export default"),
        ("export let a = 1;\n", "cannot be read"),
        ("await fetch('x');\n", "cannot be read: await"),
    ],
)
def test_other_ways_are_refused(source: str, why: str) -> None:
    """Rather no bundle than a wrong one."""
    with pytest.raises(NotBundled, match=why):
        bundle({**SOURCES, "page.js": source}, "page.js")


@pytest.mark.parametrize("page", ["room.js", "pages.js"])
def test_real_scripts_are_bundled(page: str) -> None:
    """All pages' scripts are written in the way that is understood; that they work is for the tests of pages."""
    sources = {path.name: path.read_text() for path in (ROOT / "app" / "static" / "js").glob("*.js")}
    assert bundle(sources, page)
