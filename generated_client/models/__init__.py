"""The models that the generated functions take and answer."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .blob import Blob
    from .blob_changes import BlobChanges
    from .blob_download_access import BlobDownloadAccess
    from .blob_object import BlobObject
    from .blob_object_response import BlobObjectResponse
    from .blob_page_v1 import BlobPageV1
    from .blob_response import BlobResponse
    from .blob_upload_access import BlobUploadAccess
    from .complete_blob_request import CompleteBlobRequest
    from .completed_blob import CompletedBlob
    from .create_blob_request import CreateBlobRequest
    from .create_session_request import CreateSessionRequest
    from .created_blob import CreatedBlob
    from .created_blob_response import CreatedBlobResponse
    from .error_body import ErrorBody
    from .field_errors import FieldErrors
    from .firebase_access import FirebaseAccess
    from .listed_blob import ListedBlob
    from .listed_blob_response import ListedBlobResponse
    from .login_request import LoginRequest
    from .new_blob import NewBlob
    from .new_user import NewUser
    from .online_count import OnlineCount
    from .online_users import OnlineUsers
    from .password_reset_request import PasswordResetRequest
    from .provider import Provider
    from .provider_keys import ProviderKeys
    from .session import Session
    from .session_response import SessionResponse
    from .session_user import SessionUser
    from .sign_up_request import SignUpRequest
    from .update_blob_request import UpdateBlobRequest
    from .update_user_request import UpdateUserRequest
    from .updated_blob import UpdatedBlob
    from .updated_blob_response import UpdatedBlobResponse
    from .user import User
    from .user_changes import UserChanges
    from .user_page import UserPage
    from .user_page_v1 import UserPageV1
    from .user_response import UserResponse
    from .user_sort_field import UserSortField

_MODULES = {
    "Blob": ".blob",
    "BlobChanges": ".blob_changes",
    "BlobDownloadAccess": ".blob_download_access",
    "BlobObject": ".blob_object",
    "BlobObjectResponse": ".blob_object_response",
    "BlobPageV1": ".blob_page_v1",
    "BlobResponse": ".blob_response",
    "BlobUploadAccess": ".blob_upload_access",
    "CompleteBlobRequest": ".complete_blob_request",
    "CompletedBlob": ".completed_blob",
    "CreateBlobRequest": ".create_blob_request",
    "CreateSessionRequest": ".create_session_request",
    "CreatedBlob": ".created_blob",
    "CreatedBlobResponse": ".created_blob_response",
    "ErrorBody": ".error_body",
    "FieldErrors": ".field_errors",
    "FirebaseAccess": ".firebase_access",
    "ListedBlob": ".listed_blob",
    "ListedBlobResponse": ".listed_blob_response",
    "LoginRequest": ".login_request",
    "NewBlob": ".new_blob",
    "NewUser": ".new_user",
    "OnlineCount": ".online_count",
    "OnlineUsers": ".online_users",
    "PasswordResetRequest": ".password_reset_request",
    "Provider": ".provider",
    "ProviderKeys": ".provider_keys",
    "Session": ".session",
    "SessionResponse": ".session_response",
    "SessionUser": ".session_user",
    "SignUpRequest": ".sign_up_request",
    "UpdateBlobRequest": ".update_blob_request",
    "UpdateUserRequest": ".update_user_request",
    "UpdatedBlob": ".updated_blob",
    "UpdatedBlobResponse": ".updated_blob_response",
    "User": ".user",
    "UserChanges": ".user_changes",
    "UserPage": ".user_page",
    "UserPageV1": ".user_page_v1",
    "UserResponse": ".user_response",
    "UserSortField": ".user_sort_field",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(module, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})


__all__ = (
    "Blob",
    "BlobChanges",
    "BlobDownloadAccess",
    "BlobObject",
    "BlobObjectResponse",
    "BlobPageV1",
    "BlobResponse",
    "BlobUploadAccess",
    "CompleteBlobRequest",
    "CompletedBlob",
    "CreateBlobRequest",
    "CreatedBlob",
    "CreatedBlobResponse",
    "CreateSessionRequest",
    "ErrorBody",
    "FieldErrors",
    "FirebaseAccess",
    "ListedBlob",
    "ListedBlobResponse",
    "LoginRequest",
    "NewBlob",
    "NewUser",
    "OnlineCount",
    "OnlineUsers",
    "PasswordResetRequest",
    "Provider",
    "ProviderKeys",
    "Session",
    "SessionResponse",
    "SessionUser",
    "SignUpRequest",
    "UpdateBlobRequest",
    "UpdatedBlob",
    "UpdatedBlobResponse",
    "UpdateUserRequest",
    "User",
    "UserChanges",
    "UserPage",
    "UserPageV1",
    "UserResponse",
    "UserSortField",
)
