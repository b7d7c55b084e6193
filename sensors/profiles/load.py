"""Reading the profiles: all files, checked as one, with what the devices need of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from monitoring.documents import parse
from monitoring.faults import ConfigurationError, Problem, faults, suggestion, unreadable
from sensors.profiles.model import Profile

PROFILES: Final = "profiles"
_DEVICES: Final = "devices.yaml"
_OWN: Final = {"profile", "id"}  # keys of a source that are no parameters


def load_profiles(folder: Path) -> dict[str, Profile]:
    """The profiles in a folder of configuration, by id; none where it has no `profiles/`.

    Raises:
        ConfigurationError: With every problem of every profile, and of every device's sources
            that refer to one.
    """
    problems: list[Problem] = []
    profiles: dict[str, Profile] = {}
    faulty: set[str] = set()  # that a device may refer to without another fault
    for file in sorted(f for f in folder.glob(f"{PROFILES}/**/*") if f.is_file()):
        name = file.relative_to(folder).as_posix()
        profile, found = _profile(name, file)
        problems += found
        if profile is None:
            faulty.add(file.stem)
        elif profile.id in profiles:
            problems.append(Problem(name, "id", f"{profile.id!r} is the id of another profile"))
        elif profile.id != file.stem:
            problems.append(Problem(name, "id", f"expected {file.stem!r}, as the file is named"))
        else:
            profiles[profile.id] = profile
    problems += _check_sources(folder, profiles, faulty)
    if problems:
        raise ConfigurationError(problems)
    return profiles


def _profile(name: str, file: Path) -> tuple[Profile | None, list[Problem]]:
    if file.suffix != ".yaml":
        message = "profiles are files that end in .yaml; rename it or move it away"
        return None, [Problem(name, "", message)]
    try:
        content = parse(name, file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        return None, [Problem(name, "", unreadable(error))]
    try:
        return Profile.model_validate(content), []
    except ValidationError as error:
        return None, [Problem(name, *found) for found in faults(error, Profile, content, "")]


def _check_sources(
    folder: Path, profiles: dict[str, Profile], faulty: set[str]
) -> Iterator[Problem]:
    """What is wrong with the devices' sources, as far as their own model can't tell."""
    first: dict[tuple[str, str, bool], str] = {}
    for path, source, is_camera in _sources(folder):
        name, external = source.get("profile"), source.get("id")
        if not isinstance(name, str) or name in faulty:
            continue
        profile = profiles.get(name)
        if profile is None:
            message = f"there is no profile {name!r}; {suggestion(name, profiles)}"
            yield Problem(_DEVICES, f"{path}.profile", message)
            continue
        wanted = set() if is_camera else profile.parameters
        for key in sorted(wanted - source.keys()):
            message = f"it is missing; expected a number, because {name!r} measures from there"
            yield Problem(_DEVICES, f"{path}.{key}", message)
        for key in sorted(source.keys() - profile.parameters - _OWN):
            message = f"unknown key {key!r}; {suggestion(key, profile.parameters | _OWN)}"
            yield Problem(_DEVICES, f"{path}.{key}", message)
        # A camera and a gauge may be one device: the one has its pictures, the other its values.
        binding = (name, str(external).casefold(), is_camera)
        if binding in first:
            message = f"{external!r} of {name!r} stands at {first[binding]} already"
            yield Problem(_DEVICES, f"{path}.id", message)
        first.setdefault(binding, path)


def _sources(folder: Path) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Path and text of every source, and whether a camera's; none where the file is unreadable."""
    try:
        content = parse(_DEVICES, (folder / _DEVICES).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return  # the site's own check tells it
    for number, device in enumerate(_list(content, "devices")):
        for place, source in enumerate(_list(device, "sources")):
            if isinstance(source, dict):
                path = f"devices[{number}].sources[{place}]"
                yield path, source, device.get("kind") == "camera"


def _list(content: object, key: str) -> list[Any]:
    entries = content.get(key) if isinstance(content, dict) else None
    return entries if isinstance(entries, list) else []
