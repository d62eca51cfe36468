"""What a command's exit code says to the script that called it; its words are `exit.*`."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    DONE = 0
    BROKEN_RULES = 1
    REFUSED = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    UNREAD = 141
