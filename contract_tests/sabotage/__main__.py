"""Start a mock server with one sabotage: ``python -m contract_tests.sabotage NAME [options]``.

The options are the mock server's own. Point the suite at it with ``CONNECTYCUBE_BASE_URL`` to see
how a broken server looks to it.
"""

from __future__ import annotations

import sys

from contract_tests.sabotage.sabotages import SABOTAGES
from mock_server.__main__ import main

if __name__ == "__main__":
    chosen = sys.argv[1:2]
    if chosen and chosen[0] in SABOTAGES:
        SABOTAGES[chosen[0]].commit()
        raise SystemExit(main(sys.argv[2:]))
    print(f"one of: {', '.join(SABOTAGES)}", file=sys.stderr)
    raise SystemExit(2)
