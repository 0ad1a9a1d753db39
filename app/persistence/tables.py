"""Every table, for whoever needs the whole schema."""

from app.persistence.base import Base
from app.persistence.browsers import Browser
from app.persistence.logins import Login
from app.persistence.messages import Message
from app.persistence.rooms import Membership, Room
from app.persistence.users import User

TABLES = (User, Login, Room, Membership, Message, Browser)
metadata = Base.metadata
