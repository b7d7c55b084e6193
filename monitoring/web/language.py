"""Languages: English source text, Chinese by default, from gettext catalogues read once."""

from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

LANGUAGE_COOKIE: Final = "lang"
_CATALOGUES: Final = Path(__file__).parent / "locale"


class Language(StrEnum):
    """What the desk can be read in."""

    ZH = "zh"
    EN = "en"

    @classmethod
    def of(cls, name: str | None) -> "Language":
        """The language of that name; Chinese where there is none."""
        return cls.EN if name == cls.EN else cls.ZH

    @property
    def tag(self) -> str:
        """BCP 47."""
        return "zh-CN" if self is Language.ZH else "en"

    @property
    def label(self) -> str:
        """What it calls itself."""
        return {Language.EN: "English", Language.ZH: "中文"}[self]

    @property
    def other(self) -> "Language":
        """The one to switch to."""
        return Language.EN if self is Language.ZH else Language.ZH


# The language of whoever asks, for the length of a request.
current_language: ContextVar[Language] = ContextVar("current_language", default=Language.ZH)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Source text to translation; empty for English."""
    path = _CATALOGUES / f"{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale="zh_CN")
    return {str(e.id): str(e.string) for e in entries if e.id and e.string}


def translate(text: str, language: Language) -> str:
    """The text in that language; the source text where the catalogue lacks it."""
    return catalogue(language).get(text, text)
