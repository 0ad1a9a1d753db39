"""The forms. Rules live in app.domain.texts; these only carry fields, labels and CSRF tokens."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from app.errors import InvalidInput

MAX_FORM_BYTES = 64 * 1024
"""Of a whole request. The longest form, a room with a first page in other letters, has a third of it."""
MAX_FORM_PARTS = 100
"""Of a multipart form."""
REQUIRED = [InputRequired("Fill this in.")]


class TurtusForm(FlaskForm):  # type: ignore[misc]
    """Takes a service's complaints to the fields they are about."""

    def take(self, error: InvalidInput) -> None:
        """Show each sentence at its field."""
        for name, sentence in error.fields.items():
            field = self[name]
            field.errors = [*field.errors, sentence]


class RegisterForm(TurtusForm):
    username = StringField("User name", REQUIRED)
    password = PasswordField("Password", REQUIRED)
    next = HiddenField()


class LoginForm(TurtusForm):
    username = StringField("User name", REQUIRED)
    password = PasswordField("Password", REQUIRED)
    remember = BooleanField("Stay signed in")
    next = HiddenField()


class ProfileForm(TurtusForm):
    username = StringField("User name", REQUIRED)


class PasswordForm(TurtusForm):
    current = PasswordField("Present password", REQUIRED)
    new = PasswordField("New password", REQUIRED)


class DeleteAccountForm(TurtusForm):
    password = PasswordField("Password", REQUIRED)


class RoomForm(TurtusForm):
    name = StringField("Room name", REQUIRED)
    start_url = StringField("First page")


class EmptyForm(TurtusForm):
    """Only a CSRF token: for buttons."""
