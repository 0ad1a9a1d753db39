"""app.web.accounts, session and forms, over HTTP"""

import re
from datetime import timedelta

import pytest

from app.persistence.base import make_engine
from app.persistence.unit_of_work import Database
from tests.integration.conftest import Site
from tests.support.people import PASSWORD, Visitor
from vb.protocol.limits import CloseCode
from vb.protocol.messages import Ping, Pong


def errors(page: str) -> str:
    """The text of the page, for looking up a sentence."""
    return re.sub(r"\s+", " ", page).replace("&#39;", "'")


def test_register_signs_in_and_logout_signs_out(site: Site) -> None:
    """From nobody to somebody and back."""
    zoe = site.visitor()
    assert "Register" in zoe.get("/").text
    answer = zoe.post("/register", username="Zoe", password=PASSWORD)
    assert answer.url == f"{site.web.url}/"
    assert "Zoe" in answer.text
    zoe.post("/logout", "/")
    assert "Register" in zoe.get("/").text
    assert zoe.post("/login", username="zoe", password=PASSWORD).ok
    assert "Zoe" in zoe.get("/").text


def test_wrong_input_is_named_and_kept_but_for_the_password(site: Site) -> None:
    """A sentence at the field; the name that was typed is still there."""
    answer = site.visitor().post("/register", username="maximilian", password="short")
    assert answer.status_code == 422
    assert "A password has at least 8 characters." in errors(answer.text)
    assert 'value="maximilian"' in answer.text
    assert "short" not in answer.text
    missing = site.visitor().post("/register", username="", password="")
    assert missing.status_code == 422
    assert "Fill this in." in errors(missing.text)


def test_taken_name_is_said_at_registration_only(site: Site) -> None:
    """Signing in gives no hint whether an account exists."""
    site.person("taken")
    again = site.visitor().post("/register", username="Taken", password=PASSWORD)
    assert again.status_code == 422
    assert "This name is taken" in errors(again.text)
    sentences = {
        errors(site.visitor().post("/login", username=name, password="wrong password").text).count(
            "The user name or the password is wrong."
        )
        for name in ("taken", "never-registered")
    }
    assert sentences == {1}


def test_form_without_token_is_refused(site: Site) -> None:
    """Another site's form cannot act for anybody."""
    visitor = site.visitor()
    answer = visitor.http.post(f"{site.web.url}/register", data={"username": "eve", "password": PASSWORD})
    assert answer.status_code == 400
    ana = site.person()
    assert ana.http.post(f"{site.web.url}/logout").status_code == 400
    assert ana.http.post(f"{site.web.url}/rooms", data={"name": "x"}).status_code == 400


def cookies(visitor: Visitor) -> dict[str, str]:
    """What somebody would have who copied them from this browser now."""
    return {cookie.name: str(cookie.value) for cookie in visitor.http.cookies}


def with_cookies(site: Site, copied: dict[str, str]) -> Visitor:
    visitor = site.visitor()
    visitor.http.cookies.update(copied)
    return visitor


def test_logout_ends_the_login_wherever_its_cookies_are(site: Site) -> None:
    """Copies of them are worth nothing, its sockets end; another browser of the same person goes on."""
    ana, phone = site.person("signs-out"), site.visitor()
    phone.post("/login", username="signs-out", password=PASSWORD)
    slug = ana.create_room()
    copied = cookies(ana)
    assert "/login" not in with_cookies(site, copied).get("/account").url
    with ana.sit(slug) as tab, phone.sit(slug) as other:
        tab.settle(), other.settle()
        ana.post("/logout", "/")
        assert tab.close_code() == CloseCode.NO_SESSION
        other.send(Ping(n=1))
        other.expect(Pong)
    for name in (*copied, None):  # each by itself, then together
        thief = with_cookies(site, copied if name is None else {name: copied[name]})
        assert "/login" in thief.get("/account").url
        assert thief.sit(slug).close_code() == CloseCode.NO_SESSION
    assert "/login" not in phone.get("/account").url


def test_password_change_leaves_the_tabs_of_its_own_browser_open(site: Site) -> None:
    """Others are sent out; a copied cookie is worth nothing, the new one comes back to its place."""
    ana, phone = site.person("new-password"), site.visitor()
    phone.post("/login", username="new-password", password=PASSWORD)
    slug = ana.create_room()
    copied = cookies(ana)
    with ana.sit(slug) as tab, phone.sit(slug) as other:
        me = tab.settle()[0].id
        other.settle()
        assert ana.post("/account/password", "/account", current=PASSWORD, new="another password").ok
        assert other.close_code() == CloseCode.NO_SESSION
        tab.send(Ping(n=1))
        tab.expect(Pong)
        with ana.sit(slug, me) as again:
            assert again.settle()[0].resumed
    assert "/login" not in ana.get("/account").url
    assert "/login" in with_cookies(site, copied).get("/account").url


def test_browser_that_was_not_to_be_remembered_still_is_not(site: Site) -> None:
    """A password change gives it no cookie that outlives it."""
    site.person("forgetful")
    guest = site.visitor()
    assert guest.post("/login", username="forgetful", password=PASSWORD).ok
    assert list(cookies(guest)) == ["turtus_session"]
    assert guest.post("/account/password", "/account", current=PASSWORD, new="another password").ok
    assert list(cookies(guest)) == ["turtus_session"]
    assert "/login" not in guest.get("/account").url


def test_socket_does_not_use_up_the_hour_that_a_page_renews_its_cookies_in(site: Site) -> None:
    """It could not hand the new ones out."""
    ana = site.person("socket-first")
    slug = ana.create_room()
    with Database(make_engine(site.env["TURTUS_DATABASE_URL"])).work() as work:
        login = work.logins.get(cookies(ana)["turtus_remember"].partition("|")[0].partition(":")[2])
        assert login is not None
        login.used_at -= timedelta(hours=2)
    with ana.sit(slug) as tab:
        tab.settle()
    renewed = [ana.get("/account").headers.get("Set-Cookie", "") for _ in range(2)]
    assert ["turtus_remember" in each for each in renewed] == [True, False]


@pytest.mark.parametrize(("days", "there"), [(29, True), (30, False)])
def test_login_lasts_thirty_days_from_its_last_use(site: Site, days: int, there: bool) -> None:
    """Whatever the cookies say; a use begins the time anew, for server and browser alike."""
    ana = site.person(f"away-{days}-days")
    copied = cookies(ana)
    with Database(make_engine(site.env["TURTUS_DATABASE_URL"])).work() as work:
        login = work.logins.get(copied["turtus_remember"].partition("|")[0].partition(":")[2])
        assert login is not None
        login.used_at -= timedelta(days=days)
        login_id, used_at = login.id, login.used_at
    answer = with_cookies(site, {"turtus_remember": copied["turtus_remember"]}).get("/account")
    assert ("/login" not in answer.url) is there
    with Database(make_engine(site.env["TURTUS_DATABASE_URL"])).read() as work:
        login = work.logins.get(login_id)
        assert login is not None
        assert (login.used_at - used_at > timedelta(days=28)) is there
    assert ("turtus_remember" in answer.headers.get("Set-Cookie", "")) is there


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leaves_the_site(site: Site, target: str) -> None:
    """An open redirect would lend our name to a fake page."""
    visitor = site.visitor()
    visitor.register(f"n{abs(hash(target)) % 10**8}")
    answer = visitor.http.get(f"{site.web.url}/login", params={"next": target}, allow_redirects=False)
    assert answer.headers["Location"] == "/"


def test_invited_person_arrives_in_the_room(site: Site) -> None:
    """Link, sign-in page with the room's name, register, room."""
    slug = site.person().create_room("Sunday film")
    guest = site.visitor()
    door = guest.get(f"/rooms/{slug}")
    assert "/login?next=" in door.url
    assert "Sunday film" in door.text
    assert door.text.count(f'href="/register?next=/rooms/{slug}"') == 2, "in the header too"
    register = f"/register?next=/rooms/{slug}"
    assert guest.get(register).text.count(f'href="/login?next=/rooms/{slug}"') == 2
    answer = guest.post(register, username="invited", password=PASSWORD, next=f"/rooms/{slug}")
    assert answer.url == f"{site.web.url}/rooms/{slug}"


def test_account_can_be_changed_and_deleted(site: Site) -> None:
    """Name, password (which signs other devices out), and the end with its rooms."""
    ana, phone = site.person("changeable"), site.visitor()
    phone.post("/login", username="changeable", password=PASSWORD)
    assert "is changed" in ana.post("/account/name", "/account", username="changed").text
    wrong = ana.post("/account/password", "/account", current="not it", new="another password")
    assert wrong.status_code == 422
    assert "This is not your password." in errors(wrong.text)
    assert ana.post("/account/password", "/account", current=PASSWORD, new="another password").ok
    assert "changed" in ana.get("/account").text
    assert "/login" in phone.get("/account").url
    slug = ana.create_room()
    assert ana.post("/account/delete", "/account", password="not it").status_code == 422
    assert ana.post("/account/delete", "/account", password="another password").ok
    assert "/login" in ana.get("/account").url
    assert site.person().get(f"/rooms/{slug}").status_code == 404


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(site: Site) -> None:
    """HttpOnly and SameSite; Secure too where the site has HTTPS (shown with the stack)."""
    visitor = site.visitor()
    answer = visitor.get("/register")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_guessing_from_the_page_is_limited(site: Site) -> None:
    """The eleventh guess gets 429 and a sentence, with the right password too."""
    site.person("guarded")
    eve = site.visitor()
    for _ in range(10):
        assert eve.post("/login", username="guarded", password="wrong password").status_code == 422
    late = eve.post("/login", username="guarded", password=PASSWORD)
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0
    assert "Too many tries" in late.text
