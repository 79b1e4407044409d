"""What differs between languages: stop words, letters whose marks matter, and words that say no."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import ConfigurationError, shown

# Only words that tell no product from another. Longer lists, as libraries have them, hold "full", "long", "back" and
# single letters, which are sleeves, cuts and sizes in a shop.
_ENGLISH = (
    "a an and are as at be but by for from if in into is it its of on or so such that the their then there these they "
    "this those to was were will with"
)
_GERMAN = (
    "aber als am an auch auf aus bei beim bis das dass dem den der des die dies diese diesem diesen dieser dieses du "
    "durch ein eine einem einen einer eines er es für hat ich ihr im in ins ist mit nach oder sehr sein seine sich sie "
    "sind so über um und uns unter vom von vor war was wenn wie wir wird zu zum zur"
)
# Only what nobody puts into a title. "Without" is what is wanted ("bra without wires"), and "not" stands in names.
_NEGATORS_ENGLISH = (("but", "not"), ("but", "no"))
_NEGATORS_GERMAN = tuple(("aber", word) for word in ("nicht", "kein", "keine", "keinen", "keinem", "keiner"))

# The languages of the Snowball project that its library stems.
_STEMMED = (
    "arabic armenian basque catalan czech danish dutch english esperanto estonian finnish french german greek hindi "
    "hungarian indonesian irish italian lithuanian nepali norwegian persian polish portuguese romanian russian serbian "
    "spanish swedish tamil turkish yiddish"
)
_DICTIONARIES = {
    "arabic": "ar",
    "basque": "eu",
    "dutch": "nl",
    "french": "fr",
    "italian": "it",
    "persian": "fa",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
}


@dataclass(frozen=True, slots=True)
class Language:
    """How the words of one language are treated.

    Attributes
    ----------
    name: in English, lower case, as Snowball calls it.
    stop_words: folded words that no index holds.
    marked: letters with marks that mean something to the stemmer; all other marks are dropped before.
    negators: pairs of folded words after which stands what is not wanted.
    dictionary: code of its list of everyday words, see `dictionary.everyday_words`; empty where there is none.
    """

    name: str
    stop_words: frozenset[str] = frozenset()
    marked: str = ""
    negators: tuple[tuple[str, str], ...] = ()
    dictionary: str = ""


_TREATED = {
    "english": Language("english", frozenset(_ENGLISH.split()), negators=_NEGATORS_ENGLISH, dictionary="en"),
    "german": Language("german", frozenset(_GERMAN.split()), marked="äöü", negators=_NEGATORS_GERMAN, dictionary="de"),
}


def language_of(name: str) -> Language:
    """The language of that name; one without lists of its own is stemmed only.

    Raises
    ------
    ConfigurationError: no stemmer knows it.
    """
    if name in _TREATED:
        return _TREATED[name]
    if name not in _STEMMED.split():
        raise ConfigurationError(f"language {shown(name)} is not known. Languages: {', '.join(_STEMMED.split())}")
    return Language(name, dictionary=_DICTIONARIES.get(name, ""))
