"""`brigade`, and `python -m scenarios`: the first thing that runs, before anything is imported."""

from __future__ import annotations

import signal
import sys

from brigade.installation import ForeignRoom, refuse_foreign


def main() -> None:
    """The console entry. Until a command is known Ctrl-C has nothing to keep: it ends the process, without a
    traceback; from then on `scenarios.cli.main` hears it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        refuse_foreign()
    except ForeignRoom as foreign:
        from brigade.words import word
        from brigade.words.catalogue import language_of_process

        said = word("start.foreign_room", language_of_process(), room=foreign.room, where=foreign.where)
        print(said, file=sys.stderr)
        raise SystemExit(3) from None
    from scenarios.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
