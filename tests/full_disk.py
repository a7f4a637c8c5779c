"""`bellwether WORDS…` while no file may grow beyond so many bytes: the system refuses the rest of a write, as it does
where a disk is full.

    python -m tests.full_disk BYTES WORDS…
"""

from __future__ import annotations

import resource
import sys

from bot.__main__ import main

if __name__ == "__main__":
    room = int(sys.argv.pop(1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    sys.exit(main())
