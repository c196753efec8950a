"""How does a line become an exchange: fast where it is canonical, leniently where it is not?

The typed decoder takes a canonical line in one pass; whatever it does not accept as it is (a number
as a string, an unknown field, another log format) goes to `lenient`, which is slower and says why
it gives up. Both give the same exchange for the same canonical line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from stillwatch.config import IngestSettings
from stillwatch.sources.canonical import Exchange, compact_all
from stillwatch.sources.lenient import exchange_of, exchange_of_parts
from stillwatch.sources.rejection import Line, Part, Rejected, Unread

_TYPED = msgspec.json.Decoder(Exchange)
_NOT_TYPED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Rejected)


class Decoder:
    """Reads the lines of one file.

    Args:
        settings: The limits of a line.
        week: Monday of the week; a ts outside it belongs to another week.
        day: The day that the file's folder names, None where it names none.
    """

    def __init__(self, settings: IngestSettings, week: date, day: date | None) -> None:
        self._depth = settings.max_depth
        self._low, self._high = _window(week, day, settings.max_days_from_folder)

    def read(
        self, lines: Iterable[tuple[int, Line]]
    ) -> Iterator[tuple[int, Line, Exchange | Rejected]]:
        """Yields each line with its exchange, or why it has none.

        Where several lines hold one exchange, the first of them has it and comes after all others.
        """
        parts: dict[str, list[tuple[int, Line, Part]]] = {}
        for number, line in lines:
            try:
                yield number, line, self(line)
            except Part as part:
                parts.setdefault(part.key, []).append((number, line, part))
            except Rejected as rejected:
                yield number, line, rejected
        for together in parts.values():
            (number, line, _), *others = together
            yield from others
            try:
                exchange = exchange_of_parts([part.record for _, _, part in together])
                yield number, line, self._checked(exchange)
            except Rejected as rejected:
                yield number, line, rejected

    def __call__(self, line: Line) -> Exchange:
        """The exchange of a line.

        Raises:
            Part: The line holds a part of one.
            Rejected: The line cannot become one.
        """
        if isinstance(line, Unread):
            raise Rejected(line.reason)
        try:
            exchange = _TYPED.decode(line)
            if not (exchange.exchange_id and exchange.account_id and exchange.model):
                raise Rejected("missing")  # lenient tells which
            compact_all(exchange, self._depth)
        except _NOT_TYPED:
            exchange = exchange_of(line, self._depth)
        return self._checked(exchange)

    def _checked(self, exchange: Exchange) -> Exchange:
        if exchange.ts.tzinfo is None:
            exchange.ts = exchange.ts.replace(tzinfo=UTC)
        if not self._low <= exchange.ts < self._high:
            raise Rejected("ts_out_of_range")
        return exchange


def _window(week: date, day: date | None, days: int) -> tuple[datetime, datetime]:
    low, high = week, week + timedelta(days=7)
    if day is not None:
        low = max(low, day - timedelta(days=days))
        high = min(high, day + timedelta(days=days + 1))
    midnight = datetime.min.time()
    return datetime.combine(low, midnight, UTC), datetime.combine(high, midnight, UTC)
