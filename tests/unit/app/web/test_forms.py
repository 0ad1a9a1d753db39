"""app.web.forms"""

from flask import Flask

from app.errors import InvalidInput
from app.web.forms import RoomForm


def test_complaints_go_to_their_fields() -> None:
    """Each sentence beside what it is about, after those that are there."""
    app = Flask("test")
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    with app.test_request_context(method="POST", data={"name": "a", "start_url": "b"}):
        form = RoomForm()
        assert form.validate_on_submit()
        form.take(InvalidInput(name="No.", start_url="Neither."))
        assert form.name.errors == ["No."]
        assert form.start_url.errors == ["Neither."]
