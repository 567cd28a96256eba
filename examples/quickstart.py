"""Sign up, sign in, set an avatar, and let somebody else download it.

Configured by the environment: CONNECTYCUBE_APP_ID, CONNECTYCUBE_AUTH_KEY, and, where they apply,
CONNECTYCUBE_AUTH_SECRET and CONNECTYCUBE_BASE_URL. `make demo` runs it against a mock server.
Each run makes users of its own and deletes them, whatever happens.
"""

from __future__ import annotations

import secrets
import sys
from contextlib import ExitStack
from pathlib import Path

from wrappers import ConnectyCube, ConnectyCubeError, Password

IMAGE = Path(__file__).with_name("marvin.png")


def main() -> int:
    """Run the example.

    Returns:
        0 if the downloaded bytes are those of the image.
    """
    run = secrets.token_hex(4)
    password = secrets.token_urlsafe(12)
    marvin = Password(login=f"marvin-{run}", password=password)
    trillian = Password(login=f"trillian-{run}", password=password)

    with ConnectyCube() as cube, ExitStack() as clean_up:
        # The first call creates a session of the application; nobody is signed in yet.
        for name, credentials in (("Marvin", marvin), ("Trillian", trillian)):
            user = cube.users.sign_up(
                login=f"{name.lower()}-{run}",
                password=password,
                full_name=name,
                tags=["quickstart"],
                custom_data={"favourite_number": 42},
            )
            clean_up.callback(cube.as_user(credentials).users.delete)
            print(f"signed up   {user.full_name}, login {user.login}, id {user.id}")

        # Upgrade the session to Marvin. It is renewed by itself whenever it has ended.
        user = cube.login(marvin)
        print(f"signed in   {user.full_name}")

        # Upload the image and save its uid beside whatever else custom_data holds.
        user = cube.avatars.set(IMAGE)
        print(f"avatar set  {IMAGE.name}, {IMAGE.stat().st_size:,} bytes; {user.custom_data}")

        # Somebody else, with a session of her own over the same connections.
        other = cube.as_user(trillian)
        image = other.avatars.download(other.users.get(user.id))
        matches = image == IMAGE.read_bytes()
        print(f"downloaded  {len(image):,} bytes; {'bytes match' if matches else 'BYTES DIFFER'}")

        # For an image tag or a mobile client. It carries the session's token: do not share it.
        print(f"private URL {cube.avatars.url(user)}")

        cube.logout()
        print("signed out  the session stands for the application alone again")
    return 0 if matches else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ConnectyCubeError as error:
        sys.exit(f"{type(error).__name__}: {error}")
