"""Rooms: list, make, open, edit, delete."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from app.errors import Forbidden, InvalidInput
from app.services.rooms import Rooms
from app.web.forms import EmptyForm, RoomForm
from app.web.session import me

Page = str | Response | tuple[str, int]


def make_blueprint(
    rooms: Rooms, signal_server: str, public_url: str = "", kinds: tuple[str, ...] = ("firefox",)
) -> Blueprint:
    """``/rooms``; ``signal_server`` is the origin of the signal server, empty for this site's own.

    ``public_url`` is the origin for links that are handed on, empty for the one that the page was asked from;
    ``kinds`` are those of browsers that rooms may start, the usual one first.
    """
    blueprint = Blueprint("rooms", __name__, url_prefix="/rooms")

    @blueprint.get("")
    @login_required  # type: ignore[untyped-decorator]
    def index() -> Page:
        query = request.args.get("q", "")
        found = rooms.mine(me().id, query)
        return render_template("rooms/list.html", rooms=found, q=query, form=RoomForm(formdata=None))

    @blueprint.post("")
    @login_required  # type: ignore[untyped-decorator]
    def create() -> Page:
        form = RoomForm()
        if form.validate_on_submit():
            try:
                room = rooms.create(me().id, form.name.data, form.start_url.data or "")
            except InvalidInput as error:
                form.take(error)
            else:
                return redirect(url_for("rooms.show", slug=room.slug))
        mine = rooms.mine(me().id)
        return render_template("home.html", rooms=mine, form=form, public_rooms=[]), 422

    @blueprint.get("/<slug>")
    @login_required  # type: ignore[untyped-decorator]
    def show(slug: str) -> Page:
        room = rooms.open(slug, me().id)
        return render_template(
            "rooms/room.html",
            room=room,
            kinds=kinds,
            signal_url=f"{signal_server}/signal/{room.slug}",
            invite_url=(public_url or request.host_url.rstrip("/")) + url_for("rooms.show", slug=room.slug),
        )

    @blueprint.route("/<slug>/edit", methods=["GET", "POST"])
    @login_required  # type: ignore[untyped-decorator]
    def edit(slug: str) -> Page:
        room = rooms.look(slug, me().id)
        if not room.is_owner:
            raise Forbidden("change this room")
        form = RoomForm(data={"name": room.name, "start_url": room.start_url})
        if form.validate_on_submit():
            try:
                rooms.edit(slug, me().id, form.name.data, form.start_url.data or "")
            except InvalidInput as error:
                form.take(error)
            else:
                flash("The room is changed.", "success")
                return redirect(url_for("rooms.show", slug=slug))
        page = render_template("rooms/edit.html", room=room, form=form, delete_form=EmptyForm())
        return page, 422 if form.errors else 200

    @blueprint.post("/<slug>/delete")
    @login_required  # type: ignore[untyped-decorator]
    def delete(slug: str) -> Page:
        room = rooms.look(slug, me().id)
        rooms.delete(slug, me().id)
        flash(f"The room “{room.name}” is deleted.", "info")
        return redirect(url_for("web.home"))

    return blueprint
