from typing import Literal

Provider = Literal["facebook", "firebase_email", "firebase_phone", "twitter"]

PROVIDER_VALUES: set[Provider] = {
    "facebook",
    "firebase_email",
    "firebase_phone",
    "twitter",
}


def check_provider(value: str) -> Provider:
    if value in PROVIDER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROVIDER_VALUES!r}")
