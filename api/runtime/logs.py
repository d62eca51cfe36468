"""What the log is: one JSON line an event, on the standard error, of the service and of the processes that
compute for it."""

from __future__ import annotations

import json
import logging
import sys

import structlog


def configure_logs() -> None:
    """One JSON line an event, to the standard error; the server's own access log, which holds paths, stays
    silent."""
    logging.getLogger("uvicorn.access").disabled = True
    line = logging.StreamHandler()
    line.setFormatter(JsonLine())
    # Called again, it must not say each line twice.
    logging.getLogger().handlers = [
        one for one in logging.getLogger().handlers if not isinstance(one.formatter, JsonLine)
    ]
    logging.getLogger().addHandler(line)
    # Or whoever replaces the standard error later would not be followed.
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


class JsonLine(logging.Formatter):
    """What the server and the event loop say, in the form of the rest; never a message's traceback, which may
    quote data."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "logger": record.name,
            "event": "server",
            "level": record.levelname.lower(),
            "at": f"{record.module}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[0] is not None:
            return json.dumps({**said, "error": record.exc_info[0].__name__}, ensure_ascii=False)
        return json.dumps({**said, "what": record.getMessage()}, ensure_ascii=False)


class CrashedProcess(Exception):
    """A fault of ours in a process that computes for the service: its class and line. Its message may quote
    data, and not every exception finds its way through a pipe."""

    def __init__(self, error: str, place: str) -> None:
        self.error, self.place = error, place
        super().__init__(error, place)


def place_of(fault: BaseException) -> dict[str, str]:
    """Of what nobody foresaw the log gets the class and the line, which is enough to find it; never its
    message."""
    if isinstance(fault, CrashedProcess):
        return {"error": fault.error, "place": fault.place}
    tail = fault.__traceback__
    while tail is not None and tail.tb_next is not None:
        tail = tail.tb_next
    place = f"{tail.tb_frame.f_code.co_filename}:{tail.tb_lineno}" if tail else ""
    return {"error": type(fault).__name__, "place": place}
