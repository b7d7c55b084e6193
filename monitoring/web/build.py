"""Which build of the pages this is."""

import hashlib
from pathlib import Path
from typing import Final

_SUFFIXES: Final = frozenset({".py", ".po", ".js", ".css", ".html"})


def fingerprint(*folders: Path) -> str:
    """Twelve hex digits that differ when anything that makes the pages differs."""
    digest = hashlib.sha256()
    files = (f for folder in folders for f in sorted(folder.rglob("*")))
    for file in files:
        if file.suffix in _SUFFIXES:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
