"""What may be written to a log: the place of a fault, never the words or values that were in hand."""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType

SECRET_PATHS = re.compile(r"(/invitation/|/password/reset/key/)[^/\s]+")  # addresses that open something by themselves


class Quiet(logging.Formatter):
    """Prints the stack and the kind of an exception but not its message: database errors quote the row they refused.

    Django names the path of a refused request: the tokens in the links of mails are cut out of it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Celery writes the exception's own words into its message; here its task and kind stand instead."""
        data = getattr(record, "data", None)
        if record.name == "celery.app.trace" and isinstance(data, dict):
            kind = type(record.exc_info[1]).__name__ if record.exc_info else ""
            record = logging.makeLogRecord(
                {**record.__dict__, "msg": f"{data.get('name')} {data.get('id')} {kind}", "args": ()}
            )
        return SECRET_PATHS.sub(r"\1…", super().format(record))

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, error, _ = ei
        if kind is None or error is None:
            return ""
        chain = []
        seen: BaseException | None = error
        while seen is not None:
            chain.append("".join(traceback.format_tb(seen.__traceback__)) + type(seen).__name__)
            seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        return "\nafter:\n".join(chain)
