"""Spans: when a condition holds, and how conditions combine.

A condition's truth over time is a list of spans `[start, end)`, in order and apart from
each other. Combining whole histories, rather than the states of this moment, makes the
result independent of the order in which devices were heard.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

FOREVER: Final = 2**62  # the end of what still holds

Frontier = Callable[[int], int]


class Span(NamedTuple):
    """A time in which a condition holds, `[start_us, end_us)`.

    Attributes:
        end_us: `FOREVER` while it holds.
        opener: The leaf whose transition began it.
        closer: The leaf whose transition ended it; −1 while it holds.
    """

    start_us: int
    end_us: int
    opener: int
    closer: int


class Wait(NamedTuple):
    """What would let a held-back change through.

    Attributes:
        leaf: The leaf whose series must be heard …
        until_us: … up to this instant;
        or_at_us: or the clock must reach this; None where only data count.
        since_us: When the condition began, of which the change is held back.
    """

    leaf: int
    until_us: int
    or_at_us: int | None
    since_us: int


def overlap(histories: Sequence[Sequence[Span]], least: int) -> list[Span]:
    """When at least `least` of the histories hold: 1 is *any*, all of them is *all*."""
    edges = sorted(
        edge
        for spans in histories
        for span in spans
        for edge in ((span.start_us, 1, span.opener), (span.end_us, -1, span.closer))
    )
    result: list[Span] = []
    holding = 0
    start: tuple[int, int] | None = None
    for time_us, group in groupby(edges, key=lambda edge: edge[0]):
        movers = {-1: -1, 1: -1}
        for _, change, leaf in group:
            holding += change
            movers[change] = max(movers[change], leaf)
        if start is None and holding >= least:
            start = (time_us, movers[1])
        elif start is not None and holding < least:
            result.append(Span(start[0], time_us, start[1], movers[-1]))
            start = None
    return result


def hold(
    spans: Sequence[Span],
    hold_us: int,
    clear_us: int,
    at_us: int,
    grace_us: int,
    frontier: Frontier,
) -> tuple[list[Span], list[Wait]]:
    """Apply the delays: it counts after `hold_us`, and has ended after `clear_us` without it.

    A raise whose delay ran out is believed when the completing series was heard that far,
    or, as a drowned sensor must not hold it back, when the clock is `grace_us` beyond. An
    end is believed only when the series that ended it was heard that far.

    Args:
        spans: When the condition itself holds.
        hold_us: How long it must hold before it counts.
        clear_us: How long it must not hold before it has ended.
        at_us: The world's present instant.
        grace_us: How long data may still be under way.
        frontier: Time of the newest observation of a leaf's series.

    Returns:
        The delayed spans, and what holds back those that are not believed yet.
    """  # fmt: skip
    result: list[Span] = []
    waits: list[Wait] = []
    for span in spans:
        last = result[-1] if result else None
        if last is not None and (last.end_us == FOREVER or span.start_us <= last.end_us):
            result[-1] = last._replace(end_us=_delayed(span.end_us, clear_us), closer=span.closer)
            continue
        start_us = span.start_us + hold_us
        if span.end_us <= start_us and hold_us:
            continue
        if span.end_us == FOREVER and hold_us:
            due_us = start_us + grace_us
            if frontier(span.opener) < start_us and at_us < due_us:
                waits.append(Wait(span.opener, start_us, due_us, span.start_us))
                continue
        result.append(Span(start_us, _delayed(span.end_us, clear_us), span.opener, span.closer))
    if clear_us and result and result[-1].end_us != FOREVER:
        last = result[-1]
        if frontier(last.closer) < last.end_us:
            waits.append(Wait(last.closer, last.end_us, None, last.start_us - hold_us))
            result[-1] = last._replace(end_us=FOREVER, closer=-1)
    return result, waits


def _delayed(end_us: int, clear_us: int) -> int:
    return end_us if end_us == FOREVER else end_us + clear_us
