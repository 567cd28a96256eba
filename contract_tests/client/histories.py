"""Random histories of users and files, as JSON that every client's player reads."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass, field
from typing import Any

Step = dict[str, Any]
"""What to do (`do`), who does it (`who`), and what it takes; see `Author`."""

_TEXTS = (
    "plain",
    "Größe & co?",
    "日本 🎉",
    'a "quoted" one',
    "a+b%20c=d;e,f",
    "<b>\\n</b>",
    " spaced ",
)
_TYPES = ("image/png", "text/plain", "application/octet-stream")


@dataclass
class _Person:
    """What the author remembers of a user."""

    password: str
    signed_in: bool | None = None
    """None without a session; whether the session there is stands for the user."""
    files: list[str] = field(default_factory=list[str])


class Author:
    """Writes one history, in which every step succeeds.

    Args:
        seed: The same one writes the same history.
    """

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._people: dict[str, _Person] = {}
        self._count = 0

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords of the users who are there now, by login."""
        return {who: person.password for who, person in self._people.items()}

    def history(self, length: int) -> list[Step]:
        """Write so many steps: everything that can be done at least once, then anything."""
        opening = [self._sign_up(), self._sign_in(), self._upload(), self._update(), self._tag()]
        opening += [self._tell(), self._rename(), self._change_password(), self._log_out()]
        opening += [self._log_in(), self._upload(), self._delete_file(), self._destroy()]
        opening += [self._sign_up(), self._sign_in(), self._delete_user()]
        return opening + [self._anything() for _ in range(length - len(opening))]

    def _anything(self) -> Step:
        ways = [self._sign_up] if len(self._people) < 4 else []
        if self._those(signed_in=None):
            ways += [self._sign_in] * 3
        if self._those(signed_in=False):
            ways += [self._log_in] * 3
        if self._those(signed_in=True):
            ways += [self._update, self._tag, self._tell, self._upload, self._change_password]
            ways += [self._log_out, self._destroy, self._delete_user]
        if self._those(signed_in=True, with_files=True):
            ways += [self._rename, self._delete_file]
        return self._dice.choice(ways)()

    def _those(self, *, signed_in: bool | None, with_files: bool = False) -> list[str]:
        return [
            who
            for who, person in self._people.items()
            if person.signed_in is signed_in and (person.files or not with_files)
        ]

    def _one(self, *, signed_in: bool | None = True, with_files: bool = False) -> str:
        return self._dice.choice(self._those(signed_in=signed_in, with_files=with_files))

    def _fresh(self, what: str) -> str:
        self._count += 1
        return f"{what}-{self._count}"

    def _text(self) -> str:
        return self._dice.choice(_TEXTS) + self._fresh("")

    def _profile(self) -> Step:
        fields = {
            "full_name": self._text(),
            "phone": str(self._dice.randrange(10**9)),
            "website": f"https://example.com/{self._fresh('page')}",
            "email": f"{self._fresh('Mail')}@Example.com",
            "external_id": self._fresh("external"),
            "timezone": self._dice.randrange(-720, 841),
        }
        chosen = self._dice.sample(sorted(fields), self._dice.randrange(1, len(fields)))
        return {name: fields[name] for name in chosen}

    # Steps

    def _sign_up(self) -> Step:
        who, password = self._fresh("login"), self._fresh("password")
        self._people[who] = _Person(password)
        return {"do": "sign_up", "who": who, "password": password, "profile": self._profile()}

    def _sign_in(self) -> Step:
        who = self._one(signed_in=None)
        self._people[who].signed_in = True
        return {"do": "sign_in", "who": who, "password": self._people[who].password}

    def _log_in(self) -> Step:
        who = self._one(signed_in=False)
        self._people[who].signed_in = True
        return {"do": "log_in", "who": who, "password": self._people[who].password}

    def _log_out(self) -> Step:
        who = self._one()
        self._people[who].signed_in = False
        return {"do": "log_out", "who": who}

    def _destroy(self) -> Step:
        who = self._one()
        self._people[who].signed_in = None
        return {"do": "destroy", "who": who}

    def _update(self) -> Step:
        return {"do": "update", "who": self._one(), "profile": self._profile()}

    def _tag(self) -> Step:
        tags = [self._fresh("tag") for _ in range(self._dice.randrange(6))]
        return {"do": "tag", "who": self._one(), "tags": tags}

    def _tell(self) -> Step:
        return {"do": "tell", "who": self._one(), "custom_data": self._text()}

    def _change_password(self) -> Step:
        who, new = self._one(), self._fresh("password")
        old, self._people[who].password = self._people[who].password, new
        return {"do": "change_password", "who": who, "old": old, "new": new}

    def _upload(self) -> Step:
        who, file = self._one(), self._fresh("file")
        self._people[who].files.append(file)
        return {
            "do": "upload",
            "who": who,
            "file": file,
            "name": self._text(),
            "content_type": self._dice.choice(_TYPES),
            "public": self._dice.random() < 0.5,
            "base64": base64.b64encode(
                self._dice.randbytes(self._dice.randrange(1, 2000))
            ).decode(),
        }

    def _rename(self) -> Step:
        who = self._one(with_files=True)
        file = self._dice.choice(self._people[who].files)
        return {"do": "rename", "who": who, "file": file, "name": self._text()}

    def _delete_file(self) -> Step:
        who = self._one(with_files=True)
        files = self._people[who].files
        return {
            "do": "delete_file",
            "who": who,
            "file": files.pop(self._dice.randrange(len(files))),
        }

    def _delete_user(self) -> Step:
        who = self._one()
        del self._people[who]
        return {"do": "delete_user", "who": who}
