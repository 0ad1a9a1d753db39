"""app.web.rooms and failures, over HTTP"""

from tests.integration.conftest import Site


def test_room_is_made_edited_found_and_deleted(site: Site) -> None:
    """The owner's way through the pages."""
    ana = site.person()
    slug = ana.create_room("Film night", "example.org")
    page = ana.get(f"/rooms/{slug}").text
    assert "Film night" in page
    assert f"/signal/{slug}" in page
    assert "https://example.org" in ana.get(f"/rooms/{slug}/edit").text
    assert ana.post(f"/rooms/{slug}/edit", name="Jazz night", start_url="").ok
    assert "Jazz night" in ana.get("/rooms?q=JAZZ").text
    assert "Jazz night" not in ana.get("/rooms?q=film").text
    assert ana.post(f"/rooms/{slug}/delete", f"/rooms/{slug}/edit").ok
    assert ana.get(f"/rooms/{slug}").status_code == 404


def test_wrong_room_form_keeps_what_was_typed(site: Site) -> None:
    """The sentence is at the field, on the page where the form was."""
    ana = site.person()
    answer = ana.post("/rooms", "/", name="Film night", start_url="file:///etc/passwd")
    assert answer.status_code == 422
    assert "Give a web address" in answer.text
    assert 'value="Film night"' in answer.text
    slug = ana.create_room("Here")
    edit = ana.post(f"/rooms/{slug}/edit", name=" ", start_url="")
    assert edit.status_code == 422
    assert ana.get(f"/rooms/{slug}").status_code == 200


def test_member_may_not_edit_or_delete(site: Site) -> None:
    """403 with a sentence; a stranger gets 404."""
    slug = site.person().create_room()
    ben, eve = site.person(), site.person()
    ben.get(f"/rooms/{slug}")
    assert ben.get(f"/rooms/{slug}/edit").status_code == 403
    assert ben.post(f"/rooms/{slug}/delete", "/").status_code == 403
    assert eve.post(f"/rooms/{slug}/delete", "/").status_code == 404


def test_names_are_shown_as_typed_and_harmless(site: Site) -> None:
    """Markup is text."""
    ana = site.person()
    slug = ana.create_room('<script>alert("x")</script>')
    for page in (f"/rooms/{slug}", "/", f"/rooms/{slug}/edit"):
        text = ana.get(page).text
        assert '<script>alert("x")' not in text
        assert "&lt;script&gt;" in text


def test_failures_are_pages_with_words(site: Site) -> None:
    """No trace, whatever was asked for."""
    ana = site.person()
    for path, status in (("/nowhere", 404), ("/rooms/unknown", 404), ("/logout", 405)):
        answer = ana.get(path)
        assert answer.status_code == status
        assert "<h1" in answer.text
        assert "Traceback" not in answer.text
    huge = ana.http.post(f"{site.web.url}/rooms", data={"name": "x" * 2_000_000})
    assert huge.status_code == 413
