"""What gunicorn serves: ``wsgi:app``."""

from app.factory import create_app
from app.settings import load
from vb import logs

settings = load()
logs.configure(settings.log_format, emoji=settings.log_emoji, level=settings.log_level)
app = create_app(settings)
app.extensions["turtus"].start()
