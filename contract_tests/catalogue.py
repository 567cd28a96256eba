"""Every rule the suite holds a server to, by name, each in one sentence.

A test that finds a rule broken raises `BrokenRuleError` through `Rule.require`, so a report can
name the rule and print the requests that show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol


class Evidence(Protocol):
    """Something that can be shown with a violation: an exchange, a story of exchanges."""

    def as_report(self) -> str:
        """Answer the lines that let a reader repeat what was seen."""
        ...


@dataclass(frozen=True)
class Quote:
    """Another tool's own report, as evidence.

    Attributes:
        text: What it said.
    """

    text: str

    def as_report(self) -> str:
        """Answer what it said."""
        return self.text


class BrokenRuleError(AssertionError):
    """A server broke a rule.

    Attributes:
        rule: The rule.
        why: What was seen instead.
        evidence: What shows it.
    """

    def __init__(self, rule: Rule, why: str, evidence: Sequence[Evidence]) -> None:
        """Keep the pieces; the text is put together for the report."""
        self.rule = rule
        self.why = why
        self.evidence = tuple(evidence)
        super().__init__(self.as_report())

    def as_report(self) -> str:
        """Answer the whole finding: rule, sentence, what was seen, how to see it."""
        shown = "\n".join(item.as_report() for item in self.evidence)
        return f"rule broken: {self.rule.name}\n  {self.rule.sentence}\n  seen: {self.why}\n{shown}"


@dataclass(frozen=True)
class Rule:
    """One thing every server must do.

    Attributes:
        name: A short name, used in reports.
        sentence: The rule itself.
    """

    name: str
    sentence: str

    def require(self, holds: bool, why: str, *evidence: Evidence) -> None:
        """Raise `BrokenRuleError` unless the rule holds."""
        if not holds:
            self.broken(why, *evidence)

    def broken(self, why: str, *evidence: Evidence) -> NoReturn:
        """Raise `BrokenRuleError`."""
        raise BrokenRuleError(self, why, evidence)


SHAPE = Rule(
    "shape",
    "Every answer fits the contract: status, content type, headers and a body without other keys;"
    " what is well-formed is accepted, what is not is refused, and nobody gets in without a token.",
)
BEGINNING = Rule(
    "beginning", "With the app's credentials sessions are created, and users sign up and in."
)
EVERY_OPERATION = Rule(
    "every-operation-succeeds",
    "Every operation is asked, and succeeds at least once: 2xx, or the redirect it documents.",
)
LINKS_FOLLOWED = Rule(
    "links-followed", "Sequences of requests follow most of the contract's links, none ends early."
)
REPEATABLE = Rule(
    "repeatable", "The same seed sends the same requests in the same order to a fresh server."
)
NO_SERVER_ERROR = Rule("no-server-error", "Whatever is sent, the server never answers 5xx.")
NO_SECRETS = Rule("no-secrets", "No body holds a password, a hash, or a key that names one.")
ENVELOPE = Rule(
    "error-envelope",
    "Every refusal is JSON with `errors` alone: a list of texts, or lists of texts by name.",
)
ERROR_KIND = Rule("error-kind", "Each kind of refusal has its own status and its own `errors`.")
SUCCESS_BODY = Rule(
    "success-body", "No success carries `errors`, and JSON says it is JSON in UTF-8."
)
EXPIRATION = Rule(
    "expiration-header",
    "A success made with a live token names its expiry: `Date` and two hours, to the second.",
)
NO_EXPIRATION = Rule(
    "no-expiration-header", "A refusal, and a success made without a token, name no expiry."
)
TOKEN_CHECKED = Rule(
    "token-checked",
    "Without a token the answer is 403, with an unknown one 401, and nothing is done.",
)
ECHOED_IDENTIFIERS = Rule(
    "echoed-identifiers", "What was asked for by an id, a login or the like is what is answered."
)
LIMITS = Rule(
    "limits",
    "Every limit in the contract holds: what is at it is taken, what is beyond is refused by 422.",
)
FILTER_HOLDS = Rule("filter-holds", "Every user that a filter answers satisfies the filter.")
FILTER_COMPLETE = Rule(
    "filter-complete", "No user that satisfies a filter is missing from its pages."
)
FILTER_REFUSED = Rule("filter-refused", "A filter outside the language is refused with 422.")
SORTED = Rule("sorted", "Pages come in the order asked for; ids break ties and order by default.")
PAGING = Rule(
    "paging",
    "Pages tile the whole: limits and offsets kept, totals true, nobody twice, nobody missed.",
)
READS_CHANGE_NOTHING = Rule("reads-change-nothing", "A GET answers the same when asked again.")
SUFFIX_TWIN = Rule("suffix-twin", "Every path answers the same with `.json` appended.")
METHODS = Rule(
    "methods", "A known path answers other methods 405 with `Allow`; an unknown path 404 as text."
)
READ_YOUR_WRITES = Rule(
    "read-your-writes", "What a write answered is what every read answers next."
)
MOMENTS = Rule(
    "moments", "Every moment is the server's own when it happened, and moves only when it should."
)
REFUSED_WRITE = Rule("refused-write", "A refused write changes nothing.")
OWNERSHIP = Rule("ownership", "Only the owner changes or deletes a user or a file; others get 403.")
UNIQUENESS = Rule("uniqueness", "No two users of an app share a login or an e-mail.")
DEAD_TOKENS = Rule(
    "dead-tokens", "A token is dead at once after destroy, user deletion and password change."
)
IDENTITY = Rule("identity", "A session stands for exactly the user who signed in on it last.")
SLIDING_EXPIRY = Rule(
    "sliding-expiry",
    "A token lives two hours after its last request, to the second, and no longer.",
)
BYTES = Rule("bytes", "The bytes that were uploaded are the bytes that are downloaded.")
FILE_ACCESS = Rule(
    "file-access",
    "A private file needs a token of its app, a public one none, an incomplete one is not there.",
)
UPLOAD_ACCESS = Rule(
    "upload-access",
    "An upload access names its file, tells the form's fields in their order, ends after an hour,"
    " and its signed policy allows exactly this form.",
)
STORE_REFUSES = Rule(
    "store-refuses", "The object store takes no other form and gives nothing without a signed link."
)
OVERLOAD = Rule(
    "overload",
    "An app that asks too often gets 429 until the time that `Retry-After` tells, and no other app"
    " does; an outage is told by 503; what is refused so is not done.",
)
SIGNED_ONCE = Rule(
    "signed-once", "A signature that is sent must verify, and a nonce serves a timestamp once."
)
APPS_APART = Rule(
    "apps-apart",
    "Apps share nothing: users, names, look-ups, sessions, nonces and files are each app's own.",
)
READ_ONLY = Rule(
    "read-only", "What is the server's alone to set is ignored when a client sends it."
)
GUESTS = Rule(
    "guests",
    "Guests are marked, have no password, live one day to the second, and nobody else is one.",
)
RESET_LINKS = Rule(
    "reset-links",
    "A reset link goes to the user alone, works once, and ends every session of that user.",
)
JOURNAL = Rule(
    "journal",
    "The control API's journal tells each request, what became of it and why, and no secret.",
)
VOUCHED_FOR = Rule(
    "vouched-for",
    "Whom a provider vouches for signs in, is made once at the first time, and has no password.",
)
