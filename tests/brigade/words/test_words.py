"""Sentences read as a coordinator would say them, in both languages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from brigade.units import Horizon
from brigade.values.plan import Ground, Marking, MarkingKind, Reason, Violation
from brigade.words import (
    duration,
    euros,
    kilometres,
    long_day,
    moment,
    number,
    percent,
    say,
    say_marking,
    say_violation,
    typeset,
    word,
)
from brigade.words.catalogue import keys

MONDAY = Horizon(date(2026, 3, 9))
WEEK = Horizon(date(2026, 3, 9), 7)
LATE = Reason.of("arrives_too_late", worker="W07", arrival=532, latest=510, late_min=22)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (22, "22 min"),
        (59.6, "1 h"),
        (60, "1 h"),
        (65, "1 h 05"),
        (625, "10 h 25"),
        (-90, "-1 h 30"),
        (-0.2, "0 min"),
    ],
)
def test_minutes_read_as_hours_and_minutes(minutes: float, text: str) -> None:
    assert duration(minutes) == duration(minutes, "fr") == text


def test_thousands_of_hours_carry_the_mark_of_the_language() -> None:
    """1,234 h 30 min."""
    assert duration(74_070, "fr") == "1 234 h 30"
    assert typeset(duration(74_070, "fr")) == "1\u202f234\xa0h\xa030"
    assert duration(74_070, "en") == "1,234 h 30"


def test_amounts_follow_the_language() -> None:
    assert (euros(124_050, "fr"), euros(124_050, "en")) == ("1 240,50 €", "€1,240.50")
    assert (kilometres(12_340, "fr"), kilometres(12_340, "en")) == ("12,3 km", "12.3 km")
    assert (percent(0.025, "fr"), percent(0.025, "en")) == ("2,5 %", "2.5%")
    assert (number(12345.678, "fr"), number(12345.678, "en")) == ("12 345,68", "12,345.68")


def test_days_and_instants_follow_the_language() -> None:
    assert long_day("2026-03-09", "fr") == "lundi 9 mars 2026"
    assert long_day(date(2026, 3, 9), "en") == "Monday 9 March 2026"
    assert moment(datetime(2026, 3, 9, 6, 40, tzinfo=ZoneInfo("Europe/Paris")), "fr") == "9 mars 2026 à 06:40"


def test_a_reason_names_the_worker_the_values_and_the_article() -> None:
    work = Reason.of("max_daily_work", worker="W12", work_min=625, limit_min=600, article="BAD V.5")
    assert say(LATE) == "W07 : arrivée à 08:52, l’horaire se termine à 08:30 : 22 min de trop"
    assert say(work) == "W12 : 10 h 25 de travail dans la journée, limite 10 h (BAD V.5)"
    assert say(work, "en") == "W12: 10 h 25 of work in the day, limit 10 h (BAD V.5)"


def test_what_no_text_says_is_not_cited_as_one() -> None:
    """Our own decision is behind it: there is nothing to look up."""
    ours = Reason.of("max_daily_work", worker="W12", work_min=625, limit_min=600, article="décision Brigade")
    for lang in ("fr", "en"):
        assert not say(ours, lang).endswith(")")
        broken = Violation("MAX_DAILY_WORK", "W12", "W12 2026-03-09", ours, "décision Brigade")
        assert "Brigade" not in say_violation(broken, lang)


def test_competencies_that_one_person_lacks_are_one_list() -> None:
    held = Reason.of("lacks_competencies", workers=("W1",), missing=("NIGHT", "TRANSFER_HOIST"))
    assert say(held) == "W1 : il manque les compétences : nuit et lève-personne"


def test_without_a_worker_a_sentence_begins_with_a_capital() -> None:
    assert say(Reason.of("nobody_available")) == "Pas de disponibilité à ces heures"
    assert say(Reason.of("max_daily_work", work_min=625, limit_min=600)).startswith("10 h 25")


def test_several_workers_share_a_sentence_and_a_long_list_is_cut() -> None:
    held = Reason.of("lacks_competency", workers=("W1", "W2"), missing=frozenset({"TRANSFER_HOIST"}))
    assert say(held) == "W1 et W2 : il manque la compétence : lève-personne"
    many = Reason.of("lacks_competency", workers=[f"W{n}" for n in range(1, 21)], missing="NIGHT")
    assert say(many, "en") == "W1, W2, W3, W4, W5, W6, W7 and 13 others: lacks the competency: night"


def test_a_time_carries_its_day_where_the_horizon_has_several() -> None:
    """Tick 1972 is 08:52 of the second day; 1592 is 02:32 the night after a single day."""
    tomorrow = Reason.of("arrives_too_late", arrival=1440 + 532, latest=1440 + 510, late_min=22)
    assert "mar. 10 mars 08:52" in say(tomorrow, horizon=WEEK)
    assert say(LATE, horizon=MONDAY) == say(LATE)
    night = Reason.of("availability_end", back_at=1440 + 152, limit_at=1440)
    assert say(night, "en", horizon=MONDAY) == "Back at Tue 10 Mar 02:32, available until Tue 10 Mar 00:00"


def test_an_unknown_value_drops_what_is_said_with_it_and_never_breaks_a_screen() -> None:
    day = Reason.of("daily_rest", rest_min=600, limit_min=660)
    assert say(day) == "10 h de repos entre deux journées, il en faut 11 h"
    assert say(Reason.of("max_daily_work", work_min=625)) == "10 h 25 de travail dans la journée, limite ?"


def test_an_unknown_code_is_shown_with_its_values() -> None:
    assert say(Reason.of("of_another_version", n=3)) == "Motif « of_another_version » (n = 3)"


def test_a_violation_says_who_when_what_and_by_which_article() -> None:
    reason = Reason.of("max_daily_work", work_min=625, limit_min=600)
    broken = Violation("MAX_DAILY_WORK", "W12", "W12 2026-03-09", reason, "BAD V.5", waived_by="AB")
    sentence = "W12, lun. 9 mars : 10 h 25 de travail dans la journée, limite 10 h (BAD V.5)"
    assert say_violation(broken) == f"{sentence} — dérogation de AB"


def test_a_violation_of_a_week_or_a_visit_names_its_place_once() -> None:
    week = Violation(
        "MAX_WEEK_WORK", "W1", "W1 2026-W11", Reason.of("max_week_work", work_min=2940, limit_min=2880), "CT"
    )
    month = Violation("ADDITIONAL_HOURS", "W1", "W1 2026-03", week.reason, "CT")
    assert say_violation(month, "fr").startswith("W1 mars 2026 : ")
    assert say_violation(month, "en").startswith("W1 March 2026: ")
    assert say_violation(week, "en") == "W1 week 11 of 2026: 49 h of work in the week, limit 48 h (CT)"
    pair = Violation("FORBIDDEN_PAIR", "W1", "W1 2026-03-09 V3", Reason.of("forbidden_pair", visit="V3"), "x")
    assert say_violation(pair) == "W1, lun. 9 mars : ne doit pas intervenir pour V3 (x)"
    nowhere = Violation("ASSIGNMENT", None, "V3", Reason.of("assignment_both", visit="V3"), "x")
    assert say_violation(nowhere) == "V3 est couverte et dite non couverte (x)"


def test_a_marking_says_firm_or_to_be_offered_and_why() -> None:
    reason = Reason.of("marking_not_essential", notice_min=765, needed_days=1)
    offered = Marking(MarkingKind.TO_OFFER, reason, "BAD V.37")
    assert (
        say_marking(offered)
        == "à proposer : prévenance de 12 h 45 et ce n’est pas un acte essentiel (BAD V.37)"
    )
    firm = Marking(
        MarkingKind.FIRM,
        Reason.of("marking_notice_given", notice_min=9 * 1440 + 30, needed_days=7),
        "BAD V.37",
    )
    assert say_marking(firm, "en") == "firm: notice of 9 days, the text asks for 7 days (BAD V.37)"


def test_what_several_texts_say_alike_is_said_once() -> None:
    """L3123-24 speaks for the employer, L3123-24 with L3123-31 for the host, the branch as well: one
    sentence, with the articles; what another says in other words comes after."""
    short = Reason.of("marking_not_urgent", notice_min=75, needed_days=7)
    other = Reason.of("marking_not_essential", notice_min=75, needed_days=4)
    also = (Ground(short, "CT L3123-24, L3123-31"), Ground(short, "BAD V.37"), Ground(other, "BAD V.37"))
    marking = Marking(MarkingKind.TO_OFFER, short, "CT L3123-24", also)
    alike = "notice of 1 h 15 and no urgency the text recognises (CT L3123-24, L3123-31; BAD V.37)"
    apart = "also: notice of 1 h 15 and it is not an essential act (BAD V.37)"
    assert say_marking(marking, "en") == f"to be offered: {alike}; {apart}"
    assert say_marking(marking).count("pas d’urgence que le texte reconnaisse") == 1


def test_a_commune_is_called_by_its_name() -> None:
    reason = Reason.of("outside_territory", commune="62065", whose="own", article="décision Brigade")
    assert say(reason) == "Hors du secteur de la personne (commune d’Avion)"
    assert "99999" in say(Reason.of("outside_territory", commune="99999", whose="convention"))


def test_counts_take_the_form_their_language_wants() -> None:
    """Zero is singular in French and plural in English."""
    assert word("uncovered_title", n=0) == "0 intervention non couverte"
    assert word("uncovered_title", n=2) == "2 interventions non couvertes"
    assert word("uncovered_title", "en", n=0) == "0 visits uncovered"


def test_what_goes_with_a_count_agrees_with_it() -> None:
    assert (
        word("unwanted", n=1) == "1 personne accompagnée, non comptée ici, ne souhaite pas de remplacement."
    )
    counts: dict[str, Any] = dict.fromkeys(
        ("kept", "moved", "reassigned", "added", "removed", "uncovered"), 0
    )
    assert word("cli.replanned", **counts, people=0).endswith("0 personne dérangée sans y être obligée")
    assert word("cli.replanned", **counts, people=2).endswith("2 personnes dérangées sans y être obligées")
    assert word("cli.lawful", name="p", covered=3, left=1).endswith("1 non couverte")


def test_an_action_nobody_sought_names_no_command() -> None:
    """Screens show it too; the terminal's report says what to type."""
    assert say(Reason.of("action_not_sought", visit="V12"), "fr") == "Pas encore cherchée"


def test_a_label_that_does_not_exist_is_our_slip() -> None:
    with pytest.raises(KeyError):
        word("no_such_label")


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown language: de; one of: fr, en"):
        word("firm", "de")


def test_typesetting_keeps_numbers_and_punctuation_together() -> None:
    assert typeset("10 h 25 : « oui »") == "10\xa0h\xa025\xa0: «\xa0oui\xa0»"
    assert typeset("10 h 25: yes", "en") == "10\xa0h\xa025: yes"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_labels_begin_with_a_capital(lang: str) -> None:
    """Figures, columns and states head lines of their own; "of which" goes on with the line above."""
    goes_on = {"indicator.ai_essential_service"}
    for prefix in ("indicator.", "column.", "status."):
        found = {f"{prefix}{key}" for key in keys(lang, f"word.{prefix}")}
        assert found
        assert {key for key in found if word(key, lang)[:1].islower()} <= goes_on
