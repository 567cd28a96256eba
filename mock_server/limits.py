"""Rate limits: how many requests an app has made in its window of time."""

from __future__ import annotations

import threading


class RateLimits:
    """Counts the requests of each app, window by window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[int, tuple[int, int]] = {}

    def wait(self, app_id: int, most: int, length: int, now: int) -> int:
        """Count a request, and tell how long it would have to wait.

        An app's first request opens its window; the first one after the window's end the next.

        Args:
            app_id: The app.
            most: How many requests a window takes.
            length: How long a window is, in milliseconds.
            now: Now, in milliseconds since 1970.

        Returns:
            How long to wait, in milliseconds; 0 if the request may go on.
        """
        with self._lock:
            start, count = self._windows.get(app_id, (now, 0))
            if not start <= now < start + length:  # the clock may also have been put back
                start, count = now, 0
            if count >= most:
                return start + length - now
            self._windows[app_id] = start, count + 1
            return 0

    def clear(self, app_id: int | None = None) -> None:
        """Begin anew.

        Args:
            app_id: With this app alone; None with all.
        """
        with self._lock:
            if app_id is None:
                self._windows.clear()
            else:
                self._windows.pop(app_id, None)
