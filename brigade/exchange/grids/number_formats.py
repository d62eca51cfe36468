"""What a spreadsheet shows of a whole number: 1001 in the format 00000 is 01001, 7 in "V-"000 is V-007."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite

from openpyxl.styles.numbers import BUILTIN_FORMATS

TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]|([0#?])|([ \-()+$€\u00a0\u202f])|(.)', re.DOTALL)
LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|_.')
CURRENCY_SIGNS = "€$£¢"
UNIT_BEHIND = re.compile(rf"(?:[0#?],*|General)((?:{LITERAL.pattern}|[ %{CURRENCY_SIGNS}\u00a0\u202f])+)$")
SHOWN_BEFORE = re.compile(
    rf"(?:\[[^$\]]*\])*((?:{LITERAL.pattern}|\*.|[ {CURRENCY_SIGNS}\u00a0\u202f-])+)(?=[0#?]|General)"
)
"""What a format may write in front of the digits, behind its colours and conditions."""
CURRENCIES = (*CURRENCY_SIGNS, "EUR", "USD", "CHF", "GBP")
CURRENCY_BEFORE = rf"({'|'.join(map(re.escape, CURRENCIES))})\s*-?\d"
"""Pattern of a currency in front of a number, as shown."""
LOCAL_CURRENCY = frozenset(form for form in BUILTIN_FORMATS.values() if '"$"' in form)
"""Formats that a workbook names by a number alone: they show the currency of the reader's country."""
CLOCK = re.compile(r"[hs]", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"|\\.|\[\$[^\]]*\]')
SIGNIFICANT = 15
"""Digits a spreadsheet keeps of a number; what is beyond is noise of binary fractions, or was lost when
typed."""


def shown_number(value: int, form: str) -> str:
    """The digits with the zeros and letters of the format; empty where it shows the bare number, or no whole
    number."""
    # Formats may have a part of their own for negative numbers, which is not read here.
    if value < 0:
        return ""
    parts: list[tuple[str, bool]] = []
    for quoted, escaped, digit, mark, other in TOKEN.findall(form.split(";", 1)[0]):
        if other:
            return ""  # General, decimals, thousands, percents, dates: the value itself is what is meant
        parts.append((digit, True) if digit else (quoted or escaped or mark, False))
    shown = _filled(str(value), parts)
    return "" if shown == str(value) else shown


def with_unit(text: str, form: str) -> str:
    """A number with the unit or currency that its format shows: 1.5 in 0.0" h" is "1.5 h", 0.8 in 0% is
    "80.0 %", 60 in [$€-2] 0 is "€ 60". Empty where it shows none."""
    if form in LOCAL_CURRENCY:
        return f"{text} €"
    shown = form.split(";", 1)[0]
    unit, currency = _literal(UNIT_BEHIND.search(shown)), _literal(SHOWN_BEFORE.match(shown))
    if unit == "%":
        return f"{Decimal(text) * 100:f} %"
    if unit and (unit[0].isalpha() or unit[0] in CURRENCY_SIGNS):
        return f"{text} {unit}"
    return f"{currency} {text}" if currency in CURRENCIES else ""


def _literal(found: re.Match[str] | None) -> str:
    """The text that a part of a format shows, without blanks, signs and fillers at its ends."""
    if found is None:
        return ""
    return LITERAL.sub(lambda part: part[1] or part[2] or part[3] or "", found[1]).strip("* \u00a0\u202f-")


def _filled(digits: str, parts: list[tuple[str, bool]]) -> str:
    """Digits into their places, from the right; those beyond stand at the first place."""
    places = sum(is_digit for _, is_digit in parts)
    if not places:
        return ""
    left, made = list(digits), []
    for text, is_digit in reversed(parts):
        if not is_digit:
            made.append(text)
            continue
        places -= 1
        if places == 0 and left:
            made.append("".join(left))
        elif left:
            made.append(left.pop())
        else:
            made.append("0" if text == "0" else "")
    return "".join(reversed(made))


def exact(value: float) -> str:
    """A number as text, to the digits that a spreadsheet keeps: 37.199999999999996 is 37.2."""
    if not isfinite(value):
        return str(value)  # beyond what a number holds: refused as one where it is read
    if value == int(value) and abs(value) < 10**SIGNIFICANT:
        return str(int(value))
    return f"{Decimal(format(value, f'.{SIGNIFICANT}g')):f}"


def shows_clock(form: str) -> bool:
    return CLOCK.search(QUOTED.sub("", form.split(";", 1)[0])) is not None
