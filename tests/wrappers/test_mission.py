"""Which test holds which feature of the Android and Kotlin guide, for users and the chat.

Every one of them talks HTTP to the mock server, on asyncio, on trio and in threads.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

HELD_BY: list[tuple[str, str, str]] = [
    ("the chat's password", "lookups", "test_what_the_chat_wants"),
    ("resetPassword", "lookups", "test_mailing_a_link_to_reset_the_password"),
    ("getUsersByIds", "lookups", "test_many_users_by_their_ids"),
    ("getUsersByIds, any number", "lookups", "test_many_ids_go_out_a_hundred_at_a_time"),
    ("getUserByLogin", "lookups", "test_looking_up_by_every_key"),
    ("getUserByEmail", "lookups", "test_looking_up_by_every_key"),
    ("getUsersByFullName", "lookups", "test_finding_by_full_name_over_all_pages"),
    ("getUserByPhoneNumber", "lookups", "test_looking_up_by_every_key"),
    ("getUsersByPhoneNumbers", "lookups", "test_finding_by_phones"),
    ("getUserByExternalId", "lookups", "test_looking_up_by_every_key"),
    ("getUsersByTags", "lookups", "test_finding_by_any_of_some_tags"),
    ("any filter, any order", "lookups", "test_finding_by_filters"),
    ("Facebook and Twitter ids", "lookups", "test_looking_up_by_every_key"),
    ("nobody there", "lookups", "test_who_is_not_there"),
    ("users online", "lookups", "test_who_is_online"),
    ("custom data, key by key", "lookups", "test_changing_keys_of_custom_data"),
]


@pytest.mark.parametrize(("feature", "file", "name"), HELD_BY)
@pytest.mark.parametrize("world", ["_async", "_sync"])
def test_every_feature_has_its_test(feature: str, file: str, name: str, world: str) -> None:
    tree = ast.parse((HERE / world / f"test_{file}.py").read_text(encoding="utf-8"))
    tests = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert name in tests, feature
    assert "mock" in {argument.arg for argument in tests[name].args.args} | {
        node.id for node in ast.walk(tests[name]) if isinstance(node, ast.Name)
    }, feature
