from typing import Literal

UserSortField = Literal[
    "created_at",
    "email",
    "external_id",
    "facebook_id",
    "full_name",
    "id",
    "last_request_at",
    "login",
    "phone",
    "twitter_id",
    "updated_at",
]

USER_SORT_FIELD_VALUES: set[UserSortField] = {
    "created_at",
    "email",
    "external_id",
    "facebook_id",
    "full_name",
    "id",
    "last_request_at",
    "login",
    "phone",
    "twitter_id",
    "updated_at",
}


def check_user_sort_field(value: str) -> UserSortField:
    if value in USER_SORT_FIELD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {USER_SORT_FIELD_VALUES!r}")
