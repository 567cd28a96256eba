"""The layer that sends again what failed and may safely be sent again.

It stands between the session layer and an adapter, and can be used alone.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from generated_client import RawResponse, Request, StreamedResponse, Transport
from wrappers._errors import TransportError
from wrappers._logs import Attempt, described
from wrappers._retrying import Trouble, can_be_read_again, finds_its_own_work, replay_of

from .patience import Patience


class RetryTransport:
    """Sends again after connection failures and the answers 429, 502, 503 and 504.

    What may be sent again, and when, stands in ``wrappers._retrying``. A body that is streamed is
    never sent again. Each attempt has the request's whole timeout.

    Args:
        inner: Where requests go.
        patience: How often, how long, and how to wait.
    """

    def __init__(self, inner: Transport, patience: Patience | None = None) -> None:
        self._inner = inner
        self._patience = patience or Patience()

    def send(self, request: Request) -> RawResponse:
        """Send a request until it is answered, or no attempt is left.

        Args:
            request: The request.

        Returns:
            The last attempt's answer. When an attempt to delete a file went without an answer
            and the next one finds none, this is a success: the first one deleted it.

        Raises:
            TransportError: If the last attempt went without an answer.
        """
        attempt, maybe_done = 0, False
        while True:
            attempt += 1
            sent = Attempt(request, attempt)
            outcome: RawResponse | TransportError
            try:
                outcome = self._inner.send(request)
            except TransportError as error:
                outcome = error
            sent.ended(_told(outcome))
            trouble = _trouble(outcome)
            delay = self._delay(request, trouble, attempt)
            if delay is None:
                if isinstance(outcome, TransportError):
                    raise outcome
                if maybe_done and finds_its_own_work(request, outcome.status):
                    return RawResponse.for_request(request, status=200, headers=(), content=b"")
                return outcome
            maybe_done = maybe_done or (trouble is not None and trouble.maybe_done)
            self._patience.wait(delay, attempt, described(request))

    @contextmanager
    def stream(self, request: Request) -> Generator[StreamedResponse]:
        """Send a request until an answer begins; what breaks in its body is not sent again.

        Args:
            request: The request.

        Yields:
            The last attempt's answer.

        Raises:
            TransportError: If the last attempt went without an answer.
        """
        attempt = 0
        while True:
            attempt += 1
            sent = Attempt(request, attempt)
            with ExitStack() as stack:
                outcome: StreamedResponse | TransportError
                try:
                    outcome = stack.enter_context(self._inner.stream(request))
                except TransportError as error:
                    outcome = error
                sent.ended(_told(outcome))
                delay = self._delay(request, _trouble(outcome), attempt)
                if delay is None:
                    if isinstance(outcome, TransportError):
                        raise outcome
                    yield outcome
                    return
            # The connection is free while this waits.
            self._patience.wait(delay, attempt, described(request))

    def _delay(self, request: Request, trouble: Trouble | None, attempt: int) -> float | None:
        if trouble is None or not can_be_read_again(request):
            return None
        return self._patience.delay(replay_of(request), trouble, attempt)


def _told(outcome: RawResponse | StreamedResponse | TransportError) -> int | TransportError:
    return outcome if isinstance(outcome, TransportError) else outcome.status


def _trouble(outcome: RawResponse | StreamedResponse | TransportError) -> Trouble | None:
    if isinstance(outcome, TransportError):
        return Trouble.of_error(outcome)
    return Trouble.of_answer(outcome.status, outcome.headers)
