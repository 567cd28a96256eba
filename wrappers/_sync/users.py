"""Users: sign up, read, change, delete."""

from __future__ import annotations

from collections.abc import Iterable

from generated_client.api.users import delete_user, sign_up
from generated_client.models import SignUpRequest, UserResponse
from wrappers._errors import InvalidArgument
from wrappers._models import User, user_from
from wrappers._parsing import expect, request_model, translated
from wrappers._profile import CustomData, profile_fields
from wrappers._sentinel import NOT_GIVEN, NotGiven
from wrappers._session_state import Identity

from .core import Core


class Users:
    """Calls about users; reached as ``cube.users``. Names and rules are the users guide's."""

    def __init__(self, core: Core) -> None:
        """Stand on a client.

        Args:
            core: The client.
        """
        self._core = core

    def sign_up(
        self,
        *,
        password: str,
        login: str | NotGiven = NOT_GIVEN,
        email: str | NotGiven = NOT_GIVEN,
        full_name: str | NotGiven | None = NOT_GIVEN,
        phone: str | NotGiven | None = NOT_GIVEN,
        website: str | NotGiven | None = NOT_GIVEN,
        tags: Iterable[str] | NotGiven | None = NOT_GIVEN,
        custom_data: CustomData | NotGiven | None = NOT_GIVEN,
        external_id: str | NotGiven | None = NOT_GIVEN,
        timezone: int | NotGiven | None = NOT_GIVEN,
        facebook_id: str | NotGiven | None = NOT_GIVEN,
        twitter_id: str | NotGiven | None = NOT_GIVEN,
    ) -> User:
        """Sign up a user. Nobody is signed in by this: ``login`` afterwards.

        A login or an e-mail address is needed. Arguments left out are not sent.

        Args:
            password: The password.
            login: Login, 3 to 70 characters, unique in the application.
            email: E-mail address, unique in the application without regard to case.
            full_name: The name that others see.
            phone: Phone number.
            website: Website.
            tags: At most 5 tags.
            custom_data: A text of your own, or an object that is written as JSON.
            external_id: The id in your own user base.
            timezone: Minutes from UTC, -720 to 840.
            facebook_id: Facebook id.
            twitter_id: Twitter id.

        Returns:
            The new user.

        Raises:
            AlreadyTaken: If the login or e-mail address belongs to somebody.
            ValidationError: If the service refuses a value; ``fields`` names it.
            InvalidArgument: If an argument has the wrong type; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        fields = profile_fields(
            login=login,
            email=email,
            password=password,
            full_name=full_name,
            phone=phone,
            website=website,
            tags=tags,
            custom_data=custom_data,
            external_id=external_id,
            timezone=timezone,
            facebook_id=facebook_id,
            twitter_id=twitter_id,
        )
        body = request_model(SignUpRequest, {"user": fields})
        with translated():
            response = sign_up.sync_detailed(client=self._core.api, body=body)
        return user_from(expect(UserResponse, response).user)

    def get(self, user_id: int) -> User:
        """Read a user by id.

        Args:
            user_id: The user's id.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            ConnectyCubeError: If the call fails otherwise.
        """
        return self._core.get_user(user_id)

    def update(
        self,
        *,
        login: str | NotGiven | None = NOT_GIVEN,
        email: str | NotGiven | None = NOT_GIVEN,
        full_name: str | NotGiven | None = NOT_GIVEN,
        phone: str | NotGiven | None = NOT_GIVEN,
        website: str | NotGiven | None = NOT_GIVEN,
        tags: Iterable[str] | NotGiven | None = NOT_GIVEN,
        custom_data: CustomData | NotGiven | None = NOT_GIVEN,
        external_id: str | NotGiven | None = NOT_GIVEN,
        timezone: int | NotGiven | None = NOT_GIVEN,
        facebook_id: str | NotGiven | None = NOT_GIVEN,
        twitter_id: str | NotGiven | None = NOT_GIVEN,
        avatar: str | NotGiven | None = NOT_GIVEN,
    ) -> User:
        """Change the signed-in user. Arguments left out stay as they are; None empties a field.

        Args:
            login: Login, 3 to 70 characters.
            email: E-mail address.
            full_name: The name that others see.
            phone: Phone number.
            website: Website.
            tags: At most 5 tags, in place of the present ones.
            custom_data: A text of your own, or an object that is written as JSON, in place of
                the present one.
            external_id: The id in your own user base.
            timezone: Minutes from UTC, -720 to 840.
            facebook_id: Facebook id.
            twitter_id: Twitter id.
            avatar: A file's uid or a URL; ``avatars.set`` does this and more.

        Returns:
            The user as it is now.

        Raises:
            InvalidArgument: If nothing is given, or an argument has the wrong type.
            NeedUser: If nobody is signed in.
            AlreadyTaken: If the login or e-mail address belongs to somebody else.
            ValidationError: If the service refuses a value; ``fields`` names it.
            ConnectyCubeError: If the call fails otherwise.
        """
        fields = profile_fields(
            login=login,
            email=email,
            full_name=full_name,
            phone=phone,
            website=website,
            tags=tags,
            custom_data=custom_data,
            external_id=external_id,
            timezone=timezone,
            facebook_id=facebook_id,
            twitter_id=twitter_id,
            avatar=avatar,
        )
        if not fields:
            raise InvalidArgument("nothing to update: give at least one field")
        return self._core.update_user(self._core.my_id(), fields)

    def change_password(self, *, old: str, new: str) -> User:
        """Change the signed-in user's password. All other sessions of the user end.

        This client's own session stays, and is renewed with the new password from now on.

        Args:
            old: The present password.
            new: The new one.

        Returns:
            The user.

        Raises:
            ValidationError: If the old password is wrong or the new one breaks a rule.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If the call fails otherwise.
        """
        fields: dict[str, object] = {"password": new, "old_password": old}
        return self._core.update_user(self._core.my_id(), fields)

    def delete(self) -> None:
        """Delete the signed-in user. All sessions of the user end; the files stay.

        The next call starts a session of the application alone.

        Raises:
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If the call fails otherwise.
        """
        user_id = self._core.my_id()
        with translated():
            response = delete_user.sync_detailed(user_id, client=self._core.api)
        expect(type(None), response)
        self._core.sessions.state.adopt(Identity(), None)
