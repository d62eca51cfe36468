"""What a telephone shows in one piece: the GSM 7-bit alphabet (3GPP TS 23.038), two parts at most.

One letter outside the alphabet, a "ç" or a curly apostrophe, turns a message of 160 signs into three of 70.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from unicodedata import combining, normalize

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
"""Written with an escape: two places each."""
WRITTEN: Mapping[str, str] = {
    "’": "'",
    "‘": "'",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "·": ".",
}
ALONE, IN_PARTS, PARTS = 160, 153, 2
"""Places of a message of one part, of each part of a longer one, and how many parts a message may have."""
LINK = re.compile(r"https?://\S+")


def gsm(text: str) -> str:
    """The same in the alphabet: accents that it lacks go, and what has no letter there becomes a question
    mark."""
    return "".join(map(_letter, text))


def _letter(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    if sign in WRITTEN:
        return WRITTEN[sign]
    bare = "".join(one for one in normalize("NFKD", sign) if not combining(one))
    return "".join(one if one in BASIC or one in EXTENDED else "?" for one in bare)


def places(text: str) -> int:
    """Of a text in the alphabet."""
    return sum(2 if sign in EXTENDED else 1 for sign in text)


def parts(text: str) -> int:
    """How many messages the network makes of it, and bills."""
    used = places(text)
    return 1 if used <= ALONE else ceil(used / IN_PARTS)


def fitted(text: str) -> str:
    """In the alphabet, one line, two parts at most; too much is cut at a word, never within a link."""
    said = gsm(" ".join(text.split()))
    if places(said) <= PARTS * IN_PARTS:
        return said
    words, kept = said.split(" "), list[str]()
    # Room for the links is kept first: a message without its link asks for an answer that nobody can give.
    links = [word for word in words if LINK.match(word)]
    room = PARTS * IN_PARTS - 4 - sum(places(link) + 1 for link in links)
    for word in words:
        if LINK.match(word):
            kept.append(word)
            continue
        room -= places(word) + 1
        if room < 0:
            break
        kept.append(word)
    return " ".join([*kept, "...", *(link for link in links if link not in kept)])
