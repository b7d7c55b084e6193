"""What the file of a profile may say: how the messages of a device or a platform are read.

These models check a file by itself; `load` checks what refers to what. `docs/profiles.md` is
the reference for people.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from monitoring.domain.entries import Entry, Id, Text
from sensors.profiles.values import (
    Chain,
    Conditions,
    Filters,
    Instants,
    Levels,
    Path,
    Paths,
    Scalars,
    Several,
    Value,
)


class Naming(Entry):
    """Where a message says whose it is; compared without regard to case.

    What is given is joined by /: levels of the topic, then what stands in the payload.

    Attributes:
        topic: Levels of the topic, counted from 0; levels that it lacks are left out.
        path: In the payload.
        join: Several places in the payload.
    """

    topic: Levels = ()
    path: Paths | None = None
    join: Annotated[tuple[Path, ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if not self.topic and not self.path and not self.join:
            raise ValueError("expected topic, path or join: where the device's id stands")
        return self


class Status(Entry):
    """That a device is there, or gone.

    Attributes:
        online: Words that mean so.
        offline: Words that mean so.
        ignore: Words that mean neither.
        always: What every such message means, whatever it says (`is`).
        of: The device; it and those whose ids begin with its and /; or all of the profile.
    """

    path: Paths = ("$",)
    online: Scalars = ()
    offline: Scalars = ()
    ignore: Scalars = ()
    always: Literal["online", "offline"] | None = Field(default=None, alias="is")
    of: Literal["device", "below", "all"] = "device"

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.online or self.offline or self.always):
            raise ValueError("expected words for online and offline, or is: online")
        return self


class Inside(Entry):
    """What is packed in a payload once more, such as the bytes of a LoRaWAN device.

    Attributes:
        path: Text that holds it.
        payload: How it is read.
        name: Key at the payload's root that it gets, where it has none such already.
    """

    path: Paths
    payload: Chain
    name: str = Field(min_length=1)


class MessageForm(Entry):
    """Messages of one form.

    Attributes:
        topics: Filters of their topics.
        payload: Encodings and kind.
        when: Conditions that must all hold; else the message is not of this form.
        ignore_when: Conditions any of which makes the message ignored on purpose.
        device: Ways to find the external id, first found first taken.
        at: Where the paths of device, time, values, status and frame begin: a mapping in the
            payload, or a list of several; the whole payload where None.
        time: Ways to find the time; the time of arrival where there is none.
        sparse: Whether a message may have none of the values, as where only changes are sent.
        frame: Where a picture stands: `$` for a JPEG as payload, else text in Base64.
    """

    topics: Annotated[Filters, Field(min_length=1)]
    payload: Chain = ("json",)
    inside: Annotated[tuple[Inside, ...], Several] = ()
    when: Conditions = ()
    ignore_when: Conditions = ()
    device: Annotated[tuple[Naming, ...], Several] = ()
    at: Paths | None = None
    time: Instants = ()
    values: tuple[Value, ...] = ()
    sparse: bool = False
    status: Status | None = None
    frame: Paths | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        is_of_one = self.status is not None and self.status.of != "all"
        if not (self.values or self.status or self.frame or self.ignore_when):
            raise ValueError("nothing is read here; expected values, status, frame or ignore_when")
        if not self.device and (self.values or self.frame or is_of_one):
            raise ValueError("expected device: where the device's id stands")
        return self


class Profile(Entry):
    """How the messages of a kind of device, or of a platform, are read.

    Attributes:
        source: Where the format is documented.
        template: What the reader must know of its origin, such as 须经局确认.
        listen: Whether to subscribe although no device is of it, to learn who is there.
        ignore: Topics that are ignored on purpose, whatever else reads them.
        remember: Topics whose newest messages the payload's reader needs again after a start.
        messages: Forms of messages.
    """

    id: Id
    title: Text
    source: str = Field(min_length=1)
    template: Text | None = None
    listen: bool = False
    ignore: Filters = ()
    remember: Filters = ()
    messages: Annotated[tuple[MessageForm, ...], Field(min_length=1)]

    @property
    def parameters(self) -> set[str]:
        """What every device must tell besides its id, such as mount_height_cm."""
        values = (value for form in self.messages for value in form.values)
        return {value.below for value in values if value.below}
