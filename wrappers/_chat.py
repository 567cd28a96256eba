"""What a user signs in to the chat with."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from ._credentials import Credentials, Password
from ._errors import NeedUser
from ._models import Session

CHAT_HOST: Final = "chat.connectycube.com"
"""The chat's XMPP domain (connect-to-chat guide)."""


@frozen(kw_only=True)
class ChatCredentials:
    """What an XMPP library needs to sign the user in to the chat.

    Attributes:
        jid: The user's address, ``<user_id>-<app_id>@chat.connectycube.com``.
        password: The user's own password if this client knows it; else the session's token,
            which the chat accepts as long as the session lives. Hidden in ``repr``.
    """

    jid: str
    password: str = field(repr=lambda _: "***")


def chat_credentials(
    app_id: int, session: Session, credentials: Credentials | None
) -> ChatCredentials:
    """Make the chat's credentials of a session.

    Users who came through an identity provider, Firebase, Facebook or Twitter, and guests, have
    no password: theirs is the session's token (connect-to-chat guide).

    Args:
        app_id: The application's id.
        session: A session of the user.
        credentials: What the user signed in with, as far as that is known.

    Returns:
        Address and password.

    Raises:
        NeedUser: If the session is the application's.
    """
    if session.user_id is None:
        raise NeedUser("the chat needs a signed-in user: log in first, or use as_user")
    password = credentials.password if isinstance(credentials, Password) else session.token
    return ChatCredentials(
        jid=f"{session.user_id}-{app_id}@{CHAT_HOST}",
        password=password,
    )
