"""A page that tells its window's size, and whether a viewer's picture shows all of it."""

from tests.support.vb_viewer import TestViewer

GREEN = (20, 200, 60)
PAGE = b"""<!doctype html><meta charset="utf-8"><title>Size</title><style>html { background: rgb(20, 200, 60) }</style>
<script>
const say = (what) => fetch("/said", { method: "POST", body: JSON.stringify(what) });
const size = () => say({ width: outerWidth, height: outerHeight, x: screenX, y: screenY });
addEventListener("resize", size);
addEventListener("keydown", (event) => say({ keydown: event.key }));
addEventListener("mousedown", (event) => say({ mousedown: event.button, x: event.screenX, y: event.screenY }));
say({ loaded: true });
size();
</script>"""


def shows(person: TestViewer, width: int, height: int) -> None:
    """Until this person's picture has the size, and the page's colour in its last corner."""
    person.wait_for_size(width, height)
    corner = (width - 30, height - 30)
    for _ in range(200):
        if all(abs(a - b) < 24 for a, b in zip(person.pixels(corner)[0], GREEN, strict=True)):
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(f"Firefox does not fill {width}x{height}: {person.pixels(corner)}")
