"""The map of operations: which function answers which operation of the contract."""

from __future__ import annotations

from mock_server import blobs, password_reset, sessions, user_filters, user_lists, users
from mock_server.call import Handler

HANDLERS: dict[str, Handler] = {
    "createSession": sessions.create,
    "getSession": sessions.read,
    "destroySession": sessions.destroy,
    "login": sessions.login,
    "logout": sessions.logout,
    "signUp": users.sign_up,
    "listUsers": user_lists.find,
    "findUsers": user_filters.find,
    "getUser": users.read,
    "updateUser": users.change,
    "deleteUser": users.delete,
    "getUserByExternalId": users.read_by_external_id,
    "deleteUserByExternalId": users.delete_by_external_id,
    "getUserByLogin": users.read_by_query,
    "getUserByEmail": users.read_by_query,
    "getUserByFacebookId": users.read_by_query,
    "getUserByTwitterId": users.read_by_query,
    "getUserByPhone": users.read_by_query,
    "getUserByPhoneAlias": users.read_by_query,
    "findUsersByFullName": user_lists.find_by_full_name,
    "findUsersByTags": user_lists.find_by_tags,
    "listOnlineUsers": users.list_online,
    "requestPasswordReset": password_reset.request,
    "requestPasswordResetByQuery": password_reset.request,
    "createBlob": blobs.create,
    "listBlobs": blobs.list_own,
    "getBlob": blobs.read,
    "updateBlob": blobs.change,
    "deleteBlob": blobs.delete,
    "completeBlob": blobs.complete,
    "completeBlobByPost": blobs.complete,
    "downloadBlob": blobs.download,
    "getBlobObject": blobs.read_object,
}

NEED_USER = frozenset(
    {"logout", "updateUser", "deleteUser", "deleteUserByExternalId", "createBlob", "listBlobs",
     "updateBlob", "deleteBlob", "completeBlob", "completeBlobByPost", "getBlobObject"}
)  # fmt: skip
"""Operations that refuse an app's token at once; the contract has no word for that."""
