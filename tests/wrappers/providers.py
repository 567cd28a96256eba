"""A mock server that believes Firebase, Facebook, Twitter and an identity provider of ours."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from attrs import frozen
from joserfc import jwt
from joserfc.jwk import RSAKey

from mock_server import FirebaseProject, IdentityProvider, ProviderAccount, Settings, running
from tests.mock_server.identity_server import IdentityServer, Reply, identity_server
from tests.wrappers.worlds import MockWorld

_KEY = RSAKey.generate_key(2048, {"kid": "one"})


def firebase_token(claims: Mapping[str, str], *, expired: bool = False) -> str:
    """What Firebase hands to a phone that it has verified."""
    now = int(time.time())
    lives = {"iat": now - 7200, "exp": now - 3600} if expired else {"iat": now, "exp": now + 3600}
    about = {"iss": "https://securetoken.google.com/shop", "aud": "shop", "sub": "uid"}
    return jwt.encode({"alg": "RS256", "kid": "one"}, about | lives | dict(claims), _KEY)


@frozen
class ProvidedWorld(MockWorld):
    """A mock server with providers behind it."""

    provider: IdentityServer


@contextmanager
def provided_world() -> Generator[ProvidedWorld]:
    """Serve while a block runs. The identity provider knows the tokens that start with `good`."""
    with identity_server() as provider:

        def reply() -> Reply:
            login = str(provider.asked[-1][2]["login"])
            if not login.startswith("good"):
                return 403, {}, b'{"error": "unknown token"}'
            return 200, {}, json.dumps({"user": {"id": login.split(":")[1]}}).encode()

        provider.reply = reply
        settings = Settings(
            port=0,
            validate_responses=True,
            firebase_projects={"shop": FirebaseProject(jwks={"keys": [_KEY.as_dict(False)]})},
            facebook_accounts=[ProviderAccount(id="f1", token="face-token", name="Face")],
            twitter_accounts=[ProviderAccount(id="t1", token="tweet", secret="tweet-secret")],
            identity_provider=IdentityProvider(
                url=provider.url, request={"login": "#{login}"}, response={"uid": "#{user.id}"}
            ),
        )
        with running(settings) as server:
            yield ProvidedWorld(server, provider)
