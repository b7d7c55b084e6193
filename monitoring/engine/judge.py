"""The judge: observations in, alarm events out, exactly and at once.

An alarm is raised when the observation that completes its condition is taken. Where late
observations show another course of history, a correcting event follows. The history that
the events fold to depends on the observations alone: not on batches, restarts or, within
the site's lateness, on their order.

A restart needs three things from outside: the observations of the windows, what each leaf
last told (`Step.leaves`), and the alarms already told.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitoring.domain.alarms import Alarm, AlarmEvent, AlarmWithdrawn, Evidence
from monitoring.domain.instants import SECOND_US, from_us, span_us, to_us
from monitoring.domain.observations import Observation, Quality
from monitoring.engine.kernel import SCALE
from monitoring.engine.rulebook import Node, Rulebook
from monitoring.engine.spans import FOREVER, Span, Wait, hold, overlap
from monitoring.engine.told import Told, correct, in_order
from monitoring.engine.windows import Transition, Windows


@dataclass(frozen=True, slots=True)
class Step:
    """What a batch led to.

    Attributes:
        events: In the order of the instants they speak of.
        leaves: What changed leaves remember, by key; to be stored with the batch.
        too_late: Observations beyond the site's lateness, which were not judged.
    """

    events: list[AlarmEvent] = field(default_factory=list)
    leaves: dict[str, str] = field(default_factory=dict)
    too_late: list[Observation] = field(default_factory=list)


class Judge:
    """Judges the rules of one site. Not safe for several threads; give it one."""

    def __init__(self, book: Rulebook, lateness: timedelta) -> None:
        self._book = book
        self._lateness_us = span_us(lateness)
        self._windows = Windows(book.leaves, self._lateness_us)
        self._history: list[list[Transition]] = [[] for _ in book.leaves]
        self._told: dict[tuple[str, str], list[Told]] = defaultdict(list)
        self._waiting: dict[int, list[Wait]] = {}
        self._newest_us = 0
        self._rules_of: list[list[int]] = [[] for _ in book.leaves]
        for number, rule in enumerate(book.rules):
            for leaf in set(rule.node.leaves()):
                self._rules_of[leaf].append(number)
        self._longest_delay_us = max((_longest_delay(rule.node) for rule in book.rules), default=0)

    @property
    def memory(self) -> timedelta:
        """How far back observations are needed to resume after a restart."""
        longest_us = max((leaf.window_us for leaf in self._book.leaves), default=0)
        return timedelta(microseconds=longest_us + self._lateness_us)

    def load(
        self,
        observations: Iterable[Sequence[Observation]],
        leaves: Mapping[str, str],
        alarms: Iterable[Alarm],
        at: datetime,
    ) -> Step:
        """Resume where another judge of the same world stopped.

        Args:
            observations: The last `memory`, in order of time, in chunks.
            leaves: As stored from `Step.leaves`; a leaf that is missing, because a plan
                is new, is judged from the observations.
            alarms: As folded from the event log.
            at: The world's present instant.

        Returns:
            Nothing new where the rules are the same; what new rules say of the past.
        """
        self._load_windows(observations)
        changed: set[int] = set()
        for number, leaf in enumerate(self._book.leaves):
            history = [Transition(*row) for row in json.loads(leaves.get(leaf.key, "[]"))]
            was_on, settled_us = False, -1
            if history:
                # Before that the windows may begin beyond what was loaded.
                complete_us = self._frontier(number) - self._lateness_us
                was_on, settled_us = history[-1].is_on, max(history[-1].time_us, complete_us)
            place = self._windows.place_after(number, settled_us)
            # Nothing is told here but what was never judged: a new plan, or data that were
            # only stored because the engine had failed.
            told = self._windows.replay(number, place, was_on=was_on)
            self._history[number] = history + told
            if told:
                changed.add(number)
        events = self._load_told(alarms)
        events += self._judge(
            range(len(self._book.rules)), to_us(at), self._newest_us - self._lateness_us, set()
        )
        return Step(events, self._memories(changed), [])

    def step(self, observations: Sequence[Observation], at: datetime) -> Step:
        """Take a batch, in whatever order; an empty one lets time pass.

        Observations that are not good are passed over, as are those of series that no
        rule looks at, and a second one of the same series and time.
        """
        at_us = to_us(at)
        cut_us = self._newest_us - self._lateness_us
        judged = self._judged(observations)
        changed, late, too_late = self._take(judged)
        concerned = {rule for leaf in changed for rule in self._rules_of[leaf]}
        concerned |= {
            rule
            for rule, waits in self._waiting.items()
            if any(self._is_over(wait, at_us) for wait in waits)
        }
        events = self._judge(sorted(concerned), at_us, cut_us, late)
        return Step(events, self._memories(changed), too_late)

    def _judged(self, observations: Sequence[Observation]) -> list[Observation]:
        number = self._windows.number
        return [o for o in observations if o[4] is Quality.GOOD and (o[0], o[1]) in number]

    def _take(self, judged: Sequence[Observation]) -> tuple[set[int], set[int], list[Observation]]:
        """Enter observations; the leaves that changed, those by late data, the too late."""
        if not judged:
            return set(), set(), []
        number = self._windows.number
        series = [number[o[0], o[1]] for o in judged]
        times_us = [o[2] for o in judged]
        told, lates = self._windows.take(series, times_us, [o[3] for o in judged])
        self._newest_us = max(self._newest_us, *times_us)
        changed = set()
        for leaf, transition in told:
            self._history[leaf].append(transition)
            changed.add(leaf)
        late: set[int] = set()
        too_late: list[Observation] = []
        for index, newest_us in lates:
            if times_us[index] <= newest_us - self._lateness_us:
                too_late.append(judged[index])
            else:
                self._enter_late(series[index], judged[index], late)
        return changed | late, late, too_late

    def _enter_late(self, series: int, observation: Observation, changed: set[int]) -> None:
        """Rewrite what a series' leaves told since a late observation."""
        time_us = observation.time_us
        place = self._windows.insert(series, time_us, observation.value)
        if place is None:
            return
        for leaf in self._windows.leaves_of[series]:
            before = [t for t in self._history[leaf] if t.time_us < time_us]
            was_on = bool(before) and before[-1].is_on
            rewritten = before + self._windows.replay(leaf, place, was_on=was_on)
            if rewritten != self._history[leaf]:
                self._history[leaf] = rewritten
                changed.add(leaf)

    def _judge(
        self, rules: Iterable[int], at_us: int, cut_us: int, late: set[int]
    ) -> list[AlarmEvent]:
        """Events that bring what was told up to what is known; `cut_us` as in `correct`."""
        events: list[AlarmEvent] = []
        onsets: dict[str, int] = {}
        for number in rules:
            rule = self._book.rules[number]
            waits: list[Wait] = []
            spans = self._spans(rule.node, at_us, waits)
            if waits:
                self._waiting[number] = waits
            else:
                self._waiting.pop(number, None)
            told = self._told[rule.key]
            onsets.update((t.alarm_id, t.onset_us) for t in told)
            leaves = frozenset(rule.node.leaves())
            events += correct(
                rule,
                told,
                spans,
                cut_us,
                lambda span, leaves=leaves: self._evidence(leaves, span),  # type: ignore[misc]
                lambda span: span.opener in late,
            )
        return in_order(events, onsets.__getitem__)

    def _spans(self, node: Node, at_us: int, waits: list[Wait]) -> list[Span]:
        """When a node holds, as far as is known."""
        if node.leaf is not None:
            return _leaf_spans(self._history[node.leaf], node.leaf)
        spans = overlap([self._spans(part, at_us, waits) for part in node.parts], node.least)
        if node.hold_us or node.clear_us:
            spans, held = hold(
                spans, node.hold_us, node.clear_us, at_us, self._book.grace_us, self._frontier
            )
            waits += held
        return spans

    def _frontier(self, leaf: int) -> int:
        newest_us = self._windows.newest_us(self._windows.number[self._book.leaves[leaf].series])
        return -1 if newest_us is None else newest_us

    def _is_over(self, wait: Wait, at_us: int) -> bool:
        return self._frontier(wait.leaf) >= wait.until_us or (
            wait.or_at_us is not None and at_us >= wait.or_at_us
        )

    def _evidence(self, leaves: Iterable[int], span: Span) -> tuple[Evidence, ...]:
        """The thresholds that were met when the span began, the completing one first."""
        met: list[tuple[bool, int, int, Evidence]] = []
        for number in leaves:
            before = [t for t in self._history[number] if t.time_us <= span.start_us]
            if not before or not before[-1].is_on:
                continue
            leaf, on = self._book.leaves[number], before[-1]
            device, quantity = leaf.series
            evidence = Evidence(
                device=device,
                quantity=quantity,
                value=on.value / SCALE,
                threshold=leaf.limit,
                window_s=leaf.window_us / SECOND_US,
                coverage=leaf.coverage(on.known),
                observed_at=from_us(on.time_us),
            )
            met.append((number != span.opener, -on.time_us, number, evidence))
        return tuple(entry[-1] for entry in sorted(met, key=lambda entry: entry[:-1]))

    def _memories(self, changed: Iterable[int]) -> dict[str, str]:
        """What changed leaves remember, cut to what may still be corrected."""
        reach_us = self._lateness_us + self._longest_delay_us
        memories: dict[str, str] = {}
        for number in sorted(changed):
            history = self._history[number]
            horizon_us = min(self._frontier(number) - reach_us, self._awaited(number))
            settled = sum(t.time_us < horizon_us for t in history)
            del history[: max(0, settled - 1)]
            memories[self._book.leaves[number].key] = json.dumps(history)
        return memories

    def _awaited(self, leaf: int) -> int:
        """Since when the leaf's history counts for what another, silent leaf holds back."""
        waits = (wait for rule in self._rules_of[leaf] for wait in self._waiting.get(rule, ()))
        return min((w.since_us for w in waits), default=FOREVER) - self._longest_delay_us

    def _load_windows(self, observations: Iterable[Sequence[Observation]]) -> None:
        times: dict[int, list[int]] = defaultdict(list)
        values: dict[int, list[float]] = defaultdict(list)
        number = self._windows.number
        for chunk in observations:
            for observation in self._judged(chunk):
                series = number[observation[0], observation[1]]
                times[series].append(observation[2])
                values[series].append(observation[3])
        for series, column in times.items():
            self._windows.load(series, column, values[series])
            self._newest_us = max(self._newest_us, column[-1])

    def _load_told(self, alarms: Iterable[Alarm]) -> list[AlarmEvent]:
        """Remember what was told; what no rule judges any more is withdrawn."""
        known = {rule.key for rule in self._book.rules}
        withdrawn: list[AlarmEvent] = []
        for alarm in alarms:
            raised = alarm.raised
            if alarm.is_withdrawn:
                continue
            if (raised.rule, raised.subject) in known:
                ended_us = FOREVER if alarm.ended is None else to_us(alarm.ended)
                entry = Told(raised.alarm_id, to_us(alarm.onset), ended_us)
                self._told[raised.rule, raised.subject].append(entry)
            elif alarm.holds:
                withdrawn.append(AlarmWithdrawn(raised.alarm_id))
        for told in self._told.values():
            told.sort(key=lambda entry: entry.onset_us)
        return withdrawn


def _leaf_spans(history: Sequence[Transition], leaf: int) -> list[Span]:
    spans: list[Span] = []
    began_us: int | None = None
    for transition in history:
        if transition.is_on and began_us is None:
            began_us = transition.time_us
        elif not transition.is_on and began_us is not None:
            spans.append(Span(began_us, transition.time_us, leaf, leaf))
            began_us = None
    if began_us is not None:
        spans.append(Span(began_us, FOREVER, leaf, -1))
    return spans


def _longest_delay(node: Node) -> int:
    below = max((_longest_delay(part) for part in node.parts), default=0)
    return node.hold_us + node.clear_us + below
