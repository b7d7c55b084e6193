"""JSON shapes of candidates and of devices that people have bound."""

from monitoring.domain.devices import Candidate
from monitoring.domain.instants import from_us
from monitoring.services.devices import BoundDevice
from monitoring.web.api.shapes import Shape, instant, plain


def candidate(known: Candidate) -> Shape:
    """A device that is bound to nothing."""
    return {
        "profile": known.profile,
        "external": known.external,
        "name": known.name,
        "seen": instant(from_us(known.seen_us)) if known.seen_us else None,
        "quantities": list(known.quantities),
        "sample": {name: plain(name, value) for name, value in known.sample},
        "parameters": list(known.parameters),
        "is_camera": known.is_camera,
    }


def bound(known: BoundDevice) -> Shape:
    """A device that somebody bound."""
    made = known.bound
    return {
        "id": made.device,
        "kind": made.kind.value,
        "name": {"zh": made.name_zh, "en": made.name_en},
        "segment": made.segment,
        "quantities": list(made.quantities),
        "cadence_s": made.cadence_s,
        "profile": made.profile,
        "external": made.external,
        "parameters": {p.name: p.value for p in made.parameters},
        "by": known.by,
        "at": instant(known.at),
        "is_joined": known.is_joined,
    }
