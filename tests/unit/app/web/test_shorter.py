"""app.web.shorter"""

import pytest

from app.web.shorter import shorter


def test_texts_come_back_shorter_by_name() -> None:
    """Comments and spaces are gone, strings and what is exported stay."""
    found = shorter(
        {
            "js/a.js": "// why\nexport function half(whole) {\n  return whole / 2; // half\n}\nexport const a = '// b  c';\n",
            "css/a.css": "/* why */\na > b {\n  margin: 0 auto;\n}\n",
        }
    )
    assert found == {
        "js/a.js": 'export function half(e){return e/2}export const a="// b  c"',
        "css/a.css": "a>b{margin:0 auto}",
    }


def test_text_that_is_wrong_is_named() -> None:
    """When the site starts, not when somebody opens the page and finds it dead."""
    with pytest.raises(ValueError, match=r"^js/a\.js: .*line 1"):
        shorter({"js/a.js": "export function ( {"})
