"""What a handler is given, and what it gives back; neither is changed once it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.apps import App
from mock_server.contract import Contract
from mock_server.identity import Identity
from mock_server.objects import ObjectFolder
from mock_server.randomness import Randomness
from mock_server.refusals import Refusal, session_does_not_exist, token_required, user_required
from mock_server.repository import Repository
from mock_server.settings import Settings
from mock_server.sigv4 import StoreKeys
from mock_server.tables import Session


@dataclass(frozen=True)
class Surroundings:
    """What the server has around its state.

    Attributes:
        settings: The server's settings.
        contract: The compiled contract.
        random: Where tokens, uids and salts come from.
        keys: What signs upload forms and download links.
        objects: The uploaded bytes.
    """

    settings: Settings
    contract: Contract
    random: Randomness
    keys: StoreKeys
    objects: ObjectFolder


@dataclass(slots=True, kw_only=True)
class Call:
    """One request, understood and found good as far as the contract and its token go.

    Attributes:
        around: What the server has around its state.
        state: The state, in the request's transaction.
        now: The moment of the request, in milliseconds since 1970.
        named_app: The app that the request is about; None where it tells none.
        origin: The address that the server really listens on.
        bucket_url: The URL of the object store's bucket.
        session: The live session of the token; None where none is needed.
        refused_token: Whether there was a token that is not alive, where none is needed.
        json_suffix: Whether the path ended in `.json`.
        path: The path's parameters.
        query: The query's declared parameters.
        query_names: All names in the query.
        body: The body; empty where there is none.
        identity: What the app's identity provider answered; None before it was asked.
    """

    around: Surroundings
    state: Repository
    now: int
    named_app: App | None
    origin: str
    bucket_url: str
    session: Session | None
    refused_token: bool
    json_suffix: bool
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    query_names: frozenset[str]
    body: Mapping[str, Any]
    identity: Identity | Refusal | None = None

    @property
    def app(self) -> App:
        """The app that the request is about.

        Raises:
            Refusal: The request tells none.
        """
        if self.named_app is None:
            raise token_required()
        return self.named_app

    @property
    def app_id(self) -> int:
        """The id of the app that the request is about."""
        return self.app.id

    def need_session(self) -> Session:
        """Give the live session.

        Raises:
            Refusal: There is no token, or a dead one.
        """
        if self.session is None:
            raise session_does_not_exist() if self.refused_token else token_required()
        return self.session

    def need_user(self) -> int:
        """Give the id of the session's user.

        Raises:
            Refusal: There is no live token, or it stands for the app alone.
        """
        user_id = self.need_session().user_id
        if user_id is None:
            raise user_required()
        return user_id


@dataclass(slots=True)
class Answer:
    """What a handler answers.

    Attributes:
        status: The HTTP status.
        body: The body; None for an empty one.
        headers: Further headers.
        session: The session whose end the expiration header tells, if not the request's own.
        ends_session: Whether the request's session is over, so that there is no such header.
        afterwards: What is left to do once the state is kept.
    """

    status: int
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    session: Session | None = None
    ends_session: bool = False
    afterwards: Callable[[], None] | None = None


Handler = Callable[[Call], Answer]
