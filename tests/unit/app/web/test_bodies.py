"""app.web.bodies"""

import io

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app.web import bodies

LARGE = bodies.MAX_FORM_BYTES + 1


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("test")
    bodies.register(app)

    @app.before_request
    def reads_the_form_first() -> None:
        _ = request.form

    @app.post("/form")
    def form() -> str:
        return str(len(request.form))

    @app.post("/file")
    @bodies.up_to(4 * LARGE)
    def file() -> str:
        return str(len(request.files["file"].read()))

    return app.test_client()


def test_a_form_is_small(client: FlaskClient) -> None:
    """One that is not is refused before it is taken apart, also under an address that nobody has."""
    assert client.post("/form", data={"name": "x" * 3000}).text == "1"
    for path in ("/form", "/nowhere"):
        assert client.post(path, data={"name": "x" * LARGE}).status_code == 413
        assert (
            client.post(path, data="a&" * LARGE, content_type="application/x-www-form-urlencoded").status_code
            == 413
        )


def test_a_route_may_take_more(client: FlaskClient) -> None:
    """As much as it says."""
    assert client.post("/file", data={"file": _file(2 * LARGE)}).text == str(2 * LARGE)
    assert client.post("/file", data={"file": _file(4 * LARGE)}).status_code == 413


def test_parts_are_counted(client: FlaskClient) -> None:
    """A hundred of a form that could hold files."""
    data = {f"n{n}": "" for n in range(bodies.MAX_FORM_PARTS + 1)}
    assert client.post("/form", data=data, content_type="multipart/form-data").status_code == 413


def _file(size: int) -> tuple[object, str]:
    return io.BytesIO(bytes(size)), "picture.png"
