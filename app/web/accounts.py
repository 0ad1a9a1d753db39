"""Register, sign in and out, change and delete an account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required, logout_user
from werkzeug.wrappers import Response

from app.errors import InvalidInput
from app.services.accounts import Accounts
from app.services.logins import Logins
from app.services.rooms import Rooms
from app.web.forms import DeleteAccountForm, LoginForm, PasswordForm, ProfileForm, RegisterForm
from app.web.session import client_address, is_remembered, me, safe_next, sign_in

Page = str | Response | tuple[str, int]


def make_blueprint(accounts: Accounts, logins: Logins, rooms: Rooms) -> Blueprint:
    """``/register /login /logout /account``."""
    blueprint = Blueprint("accounts", __name__)

    def invited_to(next_path: str | None) -> str | None:
        prefix = url_for("rooms.index") + "/"
        if not next_path or not next_path.startswith(prefix):
            return None
        return rooms.name_of(next_path.removeprefix(prefix).partition("/")[0].partition("?")[0])

    def onward(next_path: str | None) -> Response:
        return redirect(safe_next(next_path) or url_for("web.home"))

    @blueprint.route("/register", methods=["GET", "POST"])
    def register() -> Page:
        if current_user.is_authenticated:
            return onward(request.args.get("next"))
        form = RegisterForm()
        if request.method == "GET":
            form.next.data = safe_next(request.args.get("next"))
        if form.validate_on_submit():
            try:
                account = accounts.register(form.username.data, form.password.data, client_address())
                visitor = logins.begin(account.id, password_hash=account.password_hash)
            except InvalidInput as error:
                form.take(error)
            else:
                sign_in(visitor, remember=True)
                return onward(form.next.data)
        page = render_template(
            "auth/register.html",
            form=form,
            invited_to=invited_to(safe_next(form.next.data)),
            registration_open=accounts.registration_open,
        )
        return page, 422 if form.errors else 200

    @blueprint.route("/login", methods=["GET", "POST"])
    def login() -> Page:
        if current_user.is_authenticated:
            return onward(request.args.get("next"))
        form = LoginForm()
        if request.method == "GET":
            form.next.data = safe_next(request.args.get("next"))
        if form.validate_on_submit():
            try:
                account = accounts.authenticate(form.username.data, form.password.data, client_address())
                visitor = logins.begin(account.id, password_hash=account.password_hash)
            except InvalidInput as error:
                form.take(error)
            else:
                sign_in(visitor, remember=form.remember.data)
                return onward(form.next.data)
        page = render_template(
            "auth/login.html",
            form=form,
            invited_to=invited_to(safe_next(form.next.data)),
            registration_open=accounts.registration_open,
        )
        return page, 422 if form.errors else 200

    @blueprint.post("/logout")
    def logout() -> Response:
        if current_user.is_authenticated:
            logins.end(me().login_id)
        logout_user()
        return redirect(url_for("web.home"))

    _add_account_page(blueprint, accounts, rooms)
    return blueprint


def _add_account_page(blueprint: Blueprint, accounts: Accounts, rooms: Rooms) -> None:
    def page(
        profile: ProfileForm | None = None,
        password: PasswordForm | None = None,
        delete: DeleteAccountForm | None = None,
    ) -> Page:
        failed = any(form is not None for form in (profile, password, delete))
        body = render_template(
            "account.html",
            profile_form=profile or ProfileForm(formdata=None, data={"username": me().username}),
            password_form=password or PasswordForm(formdata=None),
            delete_form=delete or DeleteAccountForm(formdata=None),
        )
        return body, 422 if failed else 200

    @blueprint.get("/account")
    @login_required  # type: ignore[untyped-decorator]
    def account() -> Page:
        return page()

    @blueprint.post("/account/name")
    @login_required  # type: ignore[untyped-decorator]
    def rename() -> Page:
        form = ProfileForm()
        if form.validate_on_submit():
            try:
                accounts.rename(me().id, form.username.data)
            except InvalidInput as error:
                form.take(error)
            else:
                flash("Your name is changed.", "success")
                return redirect(url_for("accounts.account"))
        return page(profile=form)

    @blueprint.post("/account/password")
    @login_required  # type: ignore[untyped-decorator]
    def change_password() -> Page:
        form = PasswordForm()
        if form.validate_on_submit():
            try:
                visitor = accounts.change_password(
                    me().id, form.current.data, form.new.data, login=me().login_id
                )
            except InvalidInput as error:
                form.take(error)
            else:
                if visitor is not None:  # not signed out in another tab at this very moment
                    sign_in(visitor, remember=is_remembered())
                flash("Your password is changed. Other devices are signed out.", "success")
                return redirect(url_for("accounts.account"))
        return page(password=form)

    @blueprint.post("/account/delete")
    @login_required  # type: ignore[untyped-decorator]
    def delete() -> Page:
        form = DeleteAccountForm()
        if form.validate_on_submit():
            user_id = me().id
            try:
                accounts.confirm(user_id, form.password.data)
            except InvalidInput as error:
                form.take(error)
            else:
                rooms.delete_owned_by(user_id)
                accounts.delete(user_id)
                logout_user()
                flash("Your account and your rooms are deleted.", "info")
                return redirect(url_for("web.home"))
        return page(delete=form)
