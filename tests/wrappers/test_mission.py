"""Which tests hold which feature of the Android and Kotlin guide "Authentication and Users".

Every one of them talks HTTP to the mock server, on asyncio, on trio and in threads. A row without a
test fails, and a test that is gone, asserts nothing or asks no mock server.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

ROWS: dict[int, tuple[str, list[tuple[str, str]]]] = {
    1: ("a session by login or e-mail and password, the user made on the fly", [
        ("sessions", "test_creating_a_user_session_makes_the_user_on_the_fly"),
        ("sessions", "test_an_email_signs_in_as_a_login_does"),
        ("sessions", "test_nobody_is_made_on_the_fly_where_the_app_denies_it"),
        ("sessions", "test_a_wrong_password_is_said_so_and_the_session_stays"),
    ]),
    2: ("an application's session, implicit before the first call", [
        ("sessions", "test_an_app_session_appears_with_the_first_call"),
    ]),
    3: ("the session upgraded to a user, and back", [
        ("sessions", "test_login_upgrades_the_session_and_logout_takes_it_back"),
    ]),
    4: ("phone number or e-mail through Firebase", [("sign_ins", "test_a_session_and_a_login")]),
    5: ("Facebook, Twitter", [("sign_ins", "test_a_session_and_a_login")]),
    6: ("a custom identity provider", [("sign_ins", "test_a_session_and_a_login")]),
    7: ("what the chat wants", [
        ("lookups", "test_what_the_chat_wants"),
        ("sign_ins", "test_a_session_and_a_login"),
    ]),
    8: ("guests", [("time", "test_a_guest_lives_for_a_day")]),
    9: ("two hours after the last request, renewed with the next", [
        ("time", "test_two_hours_after_the_last_request_the_next_one_renews"),
        ("time", "test_a_session_that_many_find_ended_is_replaced_once"),
    ]),
    10: ("what the session is, and its end", [
        ("sessions", "test_creating_a_user_session_makes_the_user_on_the_fly"),
        ("sessions", "test_a_destroyed_session_is_dead_and_the_next_call_makes_an_app_session"),
    ]),
    11: ("signing up, with everything", [
        ("users", "test_signing_up_with_everything"),
        ("users", "test_a_login_that_is_taken"),
    ]),
    12: ("the profile and the password", [
        ("users", "test_changing_the_profile"),
        ("users", "test_changing_the_password_ends_other_sessions_and_keeps_renewal"),
        ("lookups", "test_changing_keys_of_custom_data"),
    ]),
    13: ("an avatar as one transaction", [
        ("avatar_transactions", "test_an_avatar_against_the_mock_server"),
        ("avatars", "test_an_avatar_is_set_and_others_download_it"),
        ("avatars", "test_images_of_every_size_arrive_whole"),
    ]),
    14: ("others read the avatar", [("avatars", "test_an_avatar_is_set_and_others_download_it")]),
    15: ("a link by mail to reset the password", [
        ("lookups", "test_mailing_a_link_to_reset_the_password"),
    ]),
    16: ("any number of users by their ids", [
        ("lookups", "test_many_users_by_their_ids"),
        ("lookups", "test_many_ids_go_out_a_hundred_at_a_time"),
    ]),
    17: ("by login", [("lookups", "test_looking_up_by_every_key")]),
    18: ("by e-mail", [("lookups", "test_looking_up_by_every_key")]),
    19: ("by full name, over all pages", [
        ("lookups", "test_finding_by_full_name_over_all_pages"),
    ]),
    20: ("by phone numbers", [
        ("lookups", "test_looking_up_by_every_key"),
        ("lookups", "test_finding_by_phones"),
        ("lookups", "test_more_phones_than_one_request_can_ask_for"),
    ]),
    21: ("by external id", [("lookups", "test_looking_up_by_every_key")]),
    22: ("by tags", [("lookups", "test_finding_by_any_of_some_tags")]),
    23: ("by any filter, in any order", [("lookups", "test_finding_by_filters")]),
    24: ("by Facebook and Twitter id, and who is online", [
        ("lookups", "test_looking_up_by_every_key"),
        ("lookups", "test_who_is_not_there"),
        ("lookups", "test_who_is_online"),
    ]),
    25: ("deleting oneself", [("users", "test_deleting_oneself")]),
    26: ("files: up with progress, down, information, list, names, deletion, URLs", [
        ("storage", "test_files_go_up_and_come_down_intact"),
        ("storage", "test_progress_is_told_both_ways"),
        ("storage", "test_files_are_looked_up_named_and_deleted"),
        ("storage", "test_ones_own_files_in_pages"),
        ("storage", "test_urls"),
    ]),
}  # fmt: skip
"""The guide's features by their number, and the tests of each: its file and its name."""


def test_no_row_is_missing() -> None:
    assert [*ROWS] == [*range(1, 27)]
    assert all(tests for _, tests in ROWS.values())


@cache
def names_in_tests(world: str, file: str) -> dict[str, set[str]]:
    """The tests of a file that assert something, and the names that each uses."""
    tree = ast.parse((HERE / world / f"test_{file}.py").read_text(encoding="utf-8"))
    return {
        node.name: {argument.arg for argument in node.args.args}
        | {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(each, ast.Assert) for each in ast.walk(node))
    }


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("world", ["_async", "_sync"])
def test_every_row_has_its_tests(row: int, world: str) -> None:
    feature, tests = ROWS[row]
    for file, name in tests:
        used = names_in_tests(world, file).get(name)
        assert used is not None, f"{feature}: {file} has no {name}"
        assert used & {"mock", "running"}, f"{feature}: {name} talks to no mock server"
