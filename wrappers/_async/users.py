"""Users: sign up, read, find, change, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Unpack

from generated_client import models
from generated_client.api.users import (
    delete_user,
    get_user_by_email,
    get_user_by_external_id,
    get_user_by_facebook_id,
    get_user_by_login,
    get_user_by_phone,
    get_user_by_twitter_id,
    request_password_reset,
    sign_up,
)
from wrappers import _custom_data
from wrappers._errors import InvalidArgument
from wrappers._failures import lost_update
from wrappers._filters import (
    LARGEST_PAGE,
    UserFilters,
    checked_ids,
    checked_limit,
    checked_segment,
    checked_text,
    checked_texts,
    joined_tags,
    user_query,
)
from wrappers._models import User, user_from
from wrappers._pages import FoundUsers, chunks, found_users
from wrappers._parsing import expect, request_model, translated
from wrappers._profile import CustomData, profile_fields
from wrappers._sentinel import NOT_GIVEN, NotGiven
from wrappers._tasks_async import gather

from .core import AsyncCore
from .pages import AsyncPages, begin
from .user_pages import all_of, chunked, filtered, named, online, online_count, tagged

_AT_ONCE = 8
"""Pages of ``get_many`` under way at any time."""


class AsyncUsers:
    """Calls about users; reached as ``cube.users``. Names and rules are the users guide's."""

    def __init__(self, core: AsyncCore) -> None:
        """Stand on a client.

        Args:
            core: The client.
        """
        self._core = core

    async def sign_up(
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
        timeout: float | None = None,
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
            timeout: Seconds for each request of this call; left out, the client's.

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
        body = request_model(models.SignUpRequest, {"user": fields})
        with translated():
            response = await sign_up.asyncio_detailed(
                client=self._core.timed(timeout).api, body=body
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get(self, user_id: int, *, timeout: float | None = None) -> User:
        """Read a user by id.

        Args:
            user_id: The user's id.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            ConnectyCubeError: If the call fails otherwise.
        """
        return await self._core.timed(timeout).get_user(user_id)

    async def get_by_login(self, login: str, *, timeout: float | None = None) -> User:
        """Read a user by login.

        Args:
            login: The user's login.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            InvalidFilter: If no login can be like this; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        login = checked_text("login", login)
        with translated():
            response = await get_user_by_login.asyncio_detailed(
                client=self._core.timed(timeout).api, login=login
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get_by_email(self, email: str, *, timeout: float | None = None) -> User:
        """Read a user by e-mail address, without regard to case.

        Args:
            email: The user's e-mail address.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            InvalidFilter: If no address can be like this; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        email = checked_text("email", email)
        with translated():
            response = await get_user_by_email.asyncio_detailed(
                client=self._core.timed(timeout).api, email=email
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get_by_phone(self, phone: str, *, timeout: float | None = None) -> User:
        """Read a user by phone number; of several, the one who signed up first.

        Args:
            phone: The phone number, as the user wrote it.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            InvalidFilter: If no number can be like this; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        phone = checked_text("phone", phone)
        with translated():
            response = await get_user_by_phone.asyncio_detailed(
                client=self._core.timed(timeout).api, phone=phone
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get_by_external_id(self, external_id: str, *, timeout: float | None = None) -> User:
        """Read a user by the id in your own user base.

        Args:
            external_id: That id.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            InvalidFilter: If no id can be like this; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        external_id = checked_segment("external_id", external_id)
        with translated():
            response = await get_user_by_external_id.asyncio_detailed(
                external_id, client=self._core.timed(timeout).api
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get_by_facebook_id(self, facebook_id: str, *, timeout: float | None = None) -> User:
        """Read a user by Facebook id; of several, the one who signed up first.

        Args:
            facebook_id: The Facebook id.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            InvalidFilter: If no id can be like this; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        facebook_id = checked_text("facebook_id", facebook_id)
        with translated():
            response = await get_user_by_facebook_id.asyncio_detailed(
                client=self._core.timed(timeout).api, facebook_id=facebook_id
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get_by_twitter_id(self, twitter_id: str, *, timeout: float | None = None) -> User:
        """Read a user by Twitter id; of several, the one who signed up first.

        Args:
            twitter_id: The Twitter id.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
            InvalidFilter: If no id can be like this; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        twitter_id = checked_text("twitter_id", twitter_id)
        with translated():
            response = await get_user_by_twitter_id.asyncio_detailed(
                client=self._core.timed(timeout).api, twitter_id=twitter_id
            )
        return user_from(expect(models.UserResponse, response).user)

    async def get_many(self, ids: Iterable[int], *, timeout: float | None = None) -> FoundUsers:
        """Read any number of users by their ids.

        Each id is asked for once, 100 in one request; the asynchronous client has up to 8
        requests under way at once.

        Args:
            ids: The users' ids, in any order, also repeated.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            A sequence of the users in the order of the ids; its ``missing`` names the ids that
            belong to nobody.

        Raises:
            InvalidFilter: If an id cannot be one; nothing was sent.
            ConnectyCubeError: If a request fails; what the others brought is dropped.
        """
        wanted = checked_ids("ids", ids)
        core = self._core.timed(timeout)
        calls = [partial(all_of, core, part) for part in chunks(wanted)]
        found = await gather(calls, at_most=_AT_ONCE)
        return found_users(wanted, [page for pages in found for page in pages])

    async def find(
        self, *, timeout: float | None = None, **filters: Unpack[UserFilters]
    ) -> AsyncPages[User]:
        """Find users by filters that must all hold.

        At least one filter must be a plain one, ``__in`` or ``__start_with`` on a stand-alone
        field (``id``, ``login``, ``email``, ``full_name``, ``phone``, ``external_id``,
        ``facebook_id``, ``twitter_id``, ``user_tags``). ``__nin`` only takes away from what such
        a filter finds, and moments only narrow it down.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.
            filters: As in ``UserFilters``, such as ``full_name__start_with="dive"``,
                ``created_at__gt=datetime(2026, 1, 1, tzinfo=UTC)`` or ``sort="-created_at"``;
                ``limit`` sets the users a page.

        Returns:
            The users, in pages; the first has been fetched.

        Raises:
            InvalidFilter: If a rule of the service is broken; nothing was sent, and its ``rule``
                says which.
            ConnectyCubeError: If the call fails otherwise.

        Example:
            users = await cube.users.find(user_tags="vip", sort="-created_at")
            print(users.total)
            async for user in users:
                print(user.full_name)
        """
        query = user_query(dict(filters))
        return await begin(partial(filtered, self._core.timed(timeout), query))

    async def find_by_full_name(
        self,
        full_name: str,
        *,
        limit: int = LARGEST_PAGE,
        timeout: float | None = None,
    ) -> AsyncPages[User]:
        """Find users by their exact full name.

        Args:
            full_name: The full name.
            limit: Users a page, 1 to 100.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The users, in pages; the first has been fetched.

        Raises:
            InvalidFilter: If an argument cannot be sent; nothing was.
            ConnectyCubeError: If the call fails otherwise.
        """
        name, size = checked_text("full_name", full_name), checked_limit(limit)
        return await begin(partial(named, self._core.timed(timeout), name, size))

    async def find_by_phones(
        self,
        phones: Iterable[str],
        *,
        limit: int = LARGEST_PAGE,
        timeout: float | None = None,
    ) -> AsyncPages[User]:
        """Find users by phone numbers, as an address book has them.

        Args:
            phones: Any number of phone numbers, as the users wrote them. The service is asked for
                100 at a time: of more, the first page of each 100 is fetched at once, and a page
                never reaches across them.
            limit: Users a page, 1 to 100.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The users with one of the numbers, in pages; the first has been fetched. They are in
            the order of their ids among each 100 numbers.

        Raises:
            InvalidFilter: If an argument cannot be sent; nothing was.
            ConnectyCubeError: If the call fails otherwise.
        """
        size = checked_limit(limit)
        queries = [
            user_query({"phone__in": part, "limit": size})
            for part in chunks(checked_texts("phones", phones))
        ]
        core = self._core.timed(timeout)
        if len(queries) == 1:
            return await begin(partial(filtered, core, queries[0]))
        firsts = await gather(
            [partial(filtered, core, query, None) for query in queries], at_most=_AT_ONCE
        )
        return await begin(partial(chunked, core, queries, firsts))

    async def find_by_tags(
        self,
        tags: Iterable[str],
        *,
        limit: int = LARGEST_PAGE,
        timeout: float | None = None,
    ) -> AsyncPages[User]:
        """Find users who have at least one of some tags.

        Args:
            tags: 1 to 100 tags, without commas.
            limit: Users a page, 1 to 100.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The users, in pages; the first has been fetched.

        Raises:
            InvalidFilter: If an argument cannot be sent; nothing was.
            ConnectyCubeError: If the call fails otherwise.
        """
        joined, size = joined_tags(tags), checked_limit(limit)
        return await begin(partial(tagged, self._core.timed(timeout), joined, size))

    async def online(
        self, *, limit: int = LARGEST_PAGE, timeout: float | None = None
    ) -> AsyncPages[User]:
        """List the users who are online now.

        The service does not say with a page how many there are: when the first page is full,
        one more request asks for ``total``.

        Args:
            limit: Users a page, 1 to 100.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The users, in pages; the first has been fetched.

        Raises:
            InvalidFilter: If the limit is not allowed; nothing was sent.
            ConnectyCubeError: If the call fails otherwise.
        """
        return await begin(partial(online, self._core.timed(timeout), checked_limit(limit)))

    async def online_count(self, *, timeout: float | None = None) -> int:
        """Count the users who are online now.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            Their number.

        Raises:
            ConnectyCubeError: If the call fails.
        """
        return await online_count(self._core.timed(timeout))

    async def reset_password(self, email: str, *, timeout: float | None = None) -> None:
        """Have the service mail a link to a user with which to set a new password.

        Nobody needs to be signed in. Using the link ends all of the user's sessions.

        Args:
            email: The user's e-mail address.
            timeout: Seconds for each request of this call; left out, the client's.

        Raises:
            NotFound: If nobody has this address.
            ValidationError: If the application has this switched off.
            ConnectyCubeError: If the call fails otherwise.
        """
        body = request_model(models.PasswordResetRequest, {"email": email})
        with translated():
            response = await request_password_reset.asyncio_detailed(
                client=self._core.timed(timeout).api, body=body
            )
        expect(type(None), response)

    async def update(
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
        timeout: float | None = None,
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
            timeout: Seconds for each request of this call; left out, the client's.

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
        core = self._core.timed(timeout)
        return await core.update_user(await core.my_id(), fields)

    async def update_custom_data(
        self,
        changes: Mapping[str, object] | None = None,
        /,
        *,
        timeout: float | None = None,
        **more: object,
    ) -> User:
        """Change keys of the signed-in user's ``custom_data``; its other keys stay.

        The service takes ``custom_data`` as a whole only. So it is read, changed, saved and read
        back. On one client such changes wait for each other. Across clients the service has
        nothing against two that save at once: the last one wins. Whose change is found overwritten
        on reading back is told so; what is overwritten later is not noticed.

        Args:
            changes: Keys with their new values, whole, whatever JSON can express; None takes a
                key out.
            timeout: Seconds for each request of this call; left out, the client's.
            more: Further keys, as keyword arguments.

        Returns:
            The user as it is now.

        Raises:
            InvalidArgument: If nothing is given, or a value is not JSON.
            InvalidCustomData: If the present ``custom_data`` is no JSON object; nothing was
                overwritten.
            LostUpdate: If somebody else has overwritten the change; it holds both values.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If a step fails otherwise.

        Example:
            user = await cube.users.update_custom_data(planet="Earth", towel=None)
            user = await cube.users.update_custom_data({"home-town": "Cottington"})
        """
        wanted = {**(changes or {}), **more}
        if not wanted:
            raise InvalidArgument("nothing to update: give at least one key")
        _custom_data.write(wanted)  # refused before anything is sent
        core = self._core.timed(timeout)
        user_id = await core.my_id()
        async with core.saving:
            user = await core.get_user(user_id)
            merged = _custom_data.merged(user.custom_data, wanted)
            saved = await core.save_user(user_id, {"custom_data": merged})
            found = await core.read_back(saved)
        if not _custom_data.agree(merged, found.custom_data, wanted):
            raise lost_update("custom_data", saved, found)
        return found

    async def change_password(self, *, old: str, new: str, timeout: float | None = None) -> User:
        """Change the signed-in user's password. All other sessions of the user end.

        This client's own session stays, and is renewed with the new password from now on.

        Args:
            old: The present password.
            new: The new one.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            ValidationError: If the old password is wrong or the new one breaks a rule.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If the call fails otherwise.
        """
        fields: dict[str, object] = {"password": new, "old_password": old}
        core = self._core.timed(timeout)
        return await core.update_user(await core.my_id(), fields)

    async def delete(self, *, timeout: float | None = None) -> None:
        """Delete the signed-in user. All sessions of the user end; the files stay.

        The next call starts a session of the application alone.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Raises:
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If the call fails otherwise.
        """
        core = self._core.timed(timeout)
        user_id = await core.my_id()
        with translated():
            response = await delete_user.asyncio_detailed(user_id, client=core.api)
        expect(type(None), response)
        await core.sessions.leave()
