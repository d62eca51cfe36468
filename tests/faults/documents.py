"""Faults of JSON documents: of the text, of the form, of the values, and between values."""

from __future__ import annotations

from typing import Any

from tests.faults.base import DROP, Fault, put, put_all, raw, swapped

VISIT, WORKER = "demand.visits.0", "brigade.workers.0"
STAFF = "demand.employees.1"
WINDOW, TOUR = f"{VISIT}.windows.0", f"{WORKER}.availability.0"
AT_8 = "2026-03-09T08:00:00+01:00"
CAR = {"id": "K", "name": "Clio", "site_id": "A"}
SLOW = {"mode": "car", "hours": ["07:30-09:00"], "percent": 130}
NORTH = {"id": "N", "name": "Nord", "communes": ["62498"]}
SHIFT = {"id": "M", "start": "07:00", "end": "12:00"}
CYCLE = {"worker_id": "W1", "first": "2026-03-09", "cycle": "M"}
PATTERNS, CYCLES = "brigade.shift_patterns", "brigade.shift_cycles"
MEETING = {
    "id": "R1",
    "kind": "meeting",
    "duration_min": 60,
    "windows": [{"earliest": AT_8, "latest": AT_8}],
    "participants": ["W1", "W2"],
    "site_id": "A",
    "priority": "P3",
}

AWAY = {"first": "2026-03-09", "last": "2026-03-09", "kind": "sick"}
MORE = {"first": "2026-03-09", "weekly_min": 1800}
REVERSED = {"first": "2026-03-09", "last": "2026-03-08", "kind": "paid"}


def span(start: int, end: int, day: int = 9) -> dict[str, str]:
    return {
        name: f"2026-03-{day:02d}T{hour:02d}:00:00+01:00" for name, hour in (("start", start), ("end", end))
    }


def step(day: int, **goals: int) -> dict[str, Any]:
    return {"first": f"2026-03-{day:02d}", **(goals or {"familiar_clients": 2})}


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


TEXTS = [
    Fault("no such file", lambda folder: folder / "absent.json", "D001", "absent.json", "introuvable"),
    Fault("empty file", raw(b""), "D006", "problem.json", "vide"),
    Fault("only blanks", raw(b" \n\t"), "D006", "problem.json", "vide"),
    Fault("truncated", raw(lambda data: data[:2000]), "D003", "ligne", ""),
    Fault(
        "cut in a list",
        raw(b'{"format": "brigade-problem", "sites": [1, 2'),
        "D003",
        "ligne 1, colonne",
        "fin du fichier",
    ),
    Fault("trailing comma", raw(b'{\n "version": 1,\n}'), "D003", "ligne", ""),
    Fault("single quotes", raw(b"{'format': 1}"), "D003", "ligne 1, colonne 2", "'format'"),
    Fault("two documents", raw(lambda data: data + b"{}"), "D003", "ligne", "{}"),
    Fault("cp1252 bytes", raw('{"basin": "Hénin"}'.encode("cp1252")), "D002", "problem.json", "0xe9"),
    Fault("binary", raw(bytes(range(128, 200))), "D002", "problem.json", "octet"),
    Fault("utf-16", raw('{"a": 1}'.encode("utf-16")), "D002", "problem.json", "0xff"),
    Fault("key given twice", swapped('"id": "V1",', '"id": "V1", "id": "V9",'), "D004", "V1", "id"),
    Fault("NaN", swapped('"duration_min": 60', '"duration_min": NaN'), "D005", "problem.json", "NaN"),
    Fault(
        "Infinity",
        swapped('"duration_min": 60', '"duration_min": -Infinity'),
        "D005",
        "problem.json",
        "-Infinity",
    ),
    Fault("5000 digits", raw(b'{"version": ' + b"9" * 5000 + b"}"), "D005", "problem.json", "démesuré"),
    Fault("nested 100000 deep", raw(b"[" * 100_000), "D003", "problem.json", "imbrication"),
    Fault("a field nested 900 deep", put("basin.name", nested(900)), "D003", "document", "imbrication"),
    Fault("half a character", put(f"{VISIT}.id", "V\ud83d"), "D109", "demand.visits[0].id", r"V\ud83d"),
    Fault("half a key", put("basin", {"\udc00": 1}), "D109", "basin", r"\udc00"),
    Fault("a list", raw(b"[1, 2]"), "D007", "document", "[1, 2]"),
    Fault("something else", raw(b'{"type": "FeatureCollection"}'), "D007", "format", "absent"),
    Fault("a plan", put("format", "brigade-plan"), "D007", "format", "brigade-plan"),
    Fault("a later version", put("version", 99), "D008", "version", "99"),
    Fault("no version", put("version", DROP), "D008", "version", "absent"),
]

FORMS = [
    Fault("missing part", put("demand", DROP), "D101", "demand", "absent"),
    Fault(
        "missing field", put(f"{VISIT}.duration_min", DROP), "D101", "demand.visits[0].duration_min", "absent"
    ),
    Fault("misspelt field", put(f"{VISIT}.priorty", "P1"), "D102", "demand.visits[0].priorty", "priorty"),
    Fault(
        "number as text", put(f"{VISIT}.duration_min", "60"), "D103", "demand.visits[0].duration_min", '"60"'
    ),
    Fault("text as number", put(f"{VISIT}.id", 12), "D103", "demand.visits[0].id", "12"),
    Fault("flag as text", put(f"{VISIT}.mandatory", "oui"), "D103", "demand.visits[0].mandatory", "oui"),
    Fault("object for a list", put(f"{VISIT}.windows", {}), "D103", "demand.visits[0].windows", "{}"),
    Fault(
        "fraction of a person",
        put("demand.providers.0.employees", 1.5),
        "D103",
        "demand.providers[0].employees",
        "1.5",
    ),
    Fault("unknown priority", put(f"{VISIT}.priority", "P5"), "D104", "demand.visits[0].priority", "P5"),
    Fault("unknown mode", put(f"{WORKER}.mode", "voiture"), "D104", "brigade.workers[0].mode", "voiture"),
    Fault(
        "huge number", put(f"{VISIT}.duration_min", 1e300), "D105", "demand.visits[0].duration_min", "1e+300"
    ),
    Fault(
        "number beyond floats",
        swapped('"duration_min": 60', '"duration_min": 1e999'),
        "D105",
        "duration_min",
        "inf",
    ),
    Fault("15 days", put("horizon.days", 15), "D105", "horizon.days", "15"),
    Fault("no day", put("horizon.days", 0), "D105", "horizon.days", "0"),
    Fault("year 12026", put("horizon.first_day", "2926-03-09"), "D105", "horizon.first_day", "2926-03-09"),
    Fault("31 February", put("horizon.first_day", "2026-02-31"), "D106", "horizon.first_day", "2026-02-31"),
    Fault(
        "French day in JSON",
        put("horizon.first_day", "09/03/2026"),
        "D106",
        "horizon.first_day",
        "09/03/2026",
    ),
    Fault(
        "25 o'clock",
        put(f"{WINDOW}.earliest", "2026-03-09T25:00:00+01:00"),
        "D106",
        "windows[0].earliest",
        "T25:00",
    ),
    Fault("seconds since 1970", put("horizon.now", "1772000000"), "D106", "horizon.now", "1772000000"),
    Fault(
        "naive instant",
        put(f"{WINDOW}.earliest", "2026-03-09T08:00:00"),
        "D107",
        "windows[0].earliest",
        "T08:00:00",
    ),
    Fault("empty id", put(f"{VISIT}.id", ""), "D108", "demand.visits[0].id", '""'),
    Fault("id of 500 letters", put(f"{VISIT}.id", "V" * 500), "D108", "demand.visits[0].id", "VVV"),
    Fault(
        "half a minute", put(f"{VISIT}.duration_min", 60.5), "D110", "demand.visits[0].duration_min", "60.5"
    ),
    Fault(
        "seconds",
        put(f"{TOUR}.start", "2026-03-09T07:00:30+01:00"),
        "D110",
        "availability[0].start",
        "07:00:30",
    ),
    Fault("source and matrices", put("travel.source", "estimate"), "D111", "travel", ""),
    Fault("no travel at all", put("travel", {}), "D111", "travel", "{}"),
    Fault("unknown zone", put("horizon.zone", "Europe/Lens"), "D112", "horizon.zone", "Europe/Lens"),
    Fault(
        "ragged matrix",
        put("travel.matrices.0.minutes.1", [1, 2]),
        "D114",
        "travel.matrices[0].minutes",
        "2 valeurs",
    ),
    Fault(
        "two matrices of a mode",
        put("travel.matrices", lambda rows: rows * 2),
        "D115",
        "travel.matrices[1]",
        "car",
    ),
    Fault(
        "a way without metres",
        put("travel.matrices.0.metres.0.1", None),
        "D116",
        "travel.matrices[0].metres[0][1]",
        "sans mètres",
    ),
    Fault(
        "a place that is no way from itself",
        put("travel.matrices.0.minutes.1.1", None),
        "D116",
        "travel.matrices[0].minutes[1][1]",
        "lui-même",
    ),
    Fault(
        "unknown travel source", put("travel", {"source": "crystal ball"}), "T040", "travel", "crystal ball"
    ),
    Fault("estimate without points", put("travel", {"source": "estimate"}), "T001", "sites[0]", "H"),
]

VALUES = [
    Fault(
        "now after the end",
        put("horizon.now", "2026-03-11T00:00:00+01:00"),
        "P003",
        "horizon.now",
        "2026-03-11",
    ),
    Fault("separator in an id", put("sites.0.id", "H|1"), "P004", "sites[0].id", "H|1"),
    Fault("control character", put("basin.name", "Le\u0007ns"), "P005", "basin.name", "U+0007"),
    Fault("site twice", put("sites.1.id", "H"), "P006", "sites.H", "2 fois"),
    Fault("latitude alone", put("sites.0.latitude", 50.4), "P007", "sites.H", "50.4"),
    Fault(
        "degrees in metres",
        put("sites.0", {"id": "H", "latitude": 6e6, "longitude": 1}),
        "P007",
        "sites.H",
        "6000000",
    ),
    Fault("negative travel", put("travel.matrices.0.minutes.0.1", -5), "P011", "travel.car", "-5"),
    Fault("mode without matrix", put(f"{WORKER}.mode", "bus"), "P012", "travel.bus", "bus"),
    Fault("site without row", put("travel.matrices.0.sites.0", "Z"), "P013", "travel.car", "« H »"),
    Fault("row twice", put("travel.matrices.0.sites.1", "H"), "P015", "travel.car", "H"),
    Fault("a commune's zero lost", put("sites.0.commune", "1004"), "P016", "sites.H.commune", "1004"),
    Fault("a post code for a commune", put("sites.0.commune", "59800"), "P017", "sites.H.commune", "59800"),
    Fault("a department's name", put("basin.department", "Bas-Rhin"), "P018", "basin.department", "Bas-Rhin"),
    Fault(
        "swapped", put("sites.0", {"id": "H", "latitude": 2.83, "longitude": 50.4}), "P019", "sites.H", "2.83"
    ),
    Fault("visit twice", put("demand.visits.1.id", "V1"), "P101", "visits.V1", "V1"),
    Fault("client unknown", put(f"{VISIT}.client_id", "C99"), "P102", "visits.V1.client_id", "C99"),
    Fault(
        "usual worker unknown", put(f"{VISIT}.usual_workers", ["W9"]), "P102", "visits.V1.usual_workers", "W9"
    ),
    Fault("negative length", put(f"{VISIT}.duration_min", -30), "P103", "visits.V1.duration", "-30"),
    Fault("no length", put(f"{VISIT}.duration_min", 0), "P103", "visits.V1.duration", "0"),
    Fault(
        "a stranger stays a day",
        put(f"{VISIT}.unfamiliar_extra_min", 1440),
        "P103",
        "visits.V1.unfamiliar_extra",
        "1500",
    ),
    Fault(
        "a stranger is quicker",
        put(f"{VISIT}.unfamiliar_extra_min", -5),
        "P108",
        "visits.V1.unfamiliar_extra",
        "-5",
    ),
    Fault("more than the night", put(f"{VISIT}.counted_percent", 101), "P108", "counted_percent", "101"),
    Fault("no window", put(f"{VISIT}.windows", []), "P104", "visits.V1.windows", "aucun"),
    Fault(
        "window ends first",
        put(f"{WINDOW}.latest", "2026-03-09T07:00:00+01:00"),
        "P104",
        "windows[0]",
        "07:00",
    ),
    Fault(
        "windows out of order",
        put(f"{VISIT}.windows", lambda rows: rows[::-1]),
        "P105",
        "windows[1]",
        "08:00",
    ),
    Fault(
        "window of another day",
        put("demand.visits.1.windows.0.earliest", "2026-03-08T06:00:00+01:00"),
        "P106",
        "V2",
        "03-08",
    ),
    Fault(
        "planned last week",
        put("demand.visits.2.planned_start", "2026-03-02T06:00:00+01:00"),
        "P107",
        "V3",
        "03-02",
    ),
    Fault("negative money", put("demand.funding_lines.0.cap_cents", -1), "P108", "funding_lines.F1", "-1"),
    Fault(
        "wanted and forbidden", put("demand.visits.1.preferred_workers", ["W2"]), "P109", "visits.V2", "W2"
    ),
    Fault("worker twice", put("brigade.workers.1.id", "W1"), "P201", "workers.W1", "W1"),
    Fault("employer unknown", put(f"{WORKER}.employer_id", "E9"), "P202", "workers.W1.employer_id", "E9"),
    Fault(
        "tour ends first", put(f"{TOUR}.end", "2026-03-09T06:00:00+01:00"), "P203", "availability[0]", "06:00"
    ),
    Fault(
        "30 hours on",
        put("brigade.workers.1.availability.0.end", "2026-03-10T14:00:00+01:00"),
        "P204",
        "W2",
        "min",
    ),
    Fault(
        "tour before the horizon", put(f"{TOUR}.start", "2026-03-08T23:00:00+01:00"), "P205", "W1", "03-08"
    ),
    Fault(
        "tours too close",
        put(f"{WORKER}.availability.1.start", "2026-03-09T12:10:00+01:00"),
        "P206",
        "W1",
        "12:10",
    ),
    Fault(
        "busy elsewhere",
        put(f"{WORKER}.other_work.0.start", "2026-03-09T19:00:00+01:00"),
        "P207",
        "W1",
        "19:00",
    ),
    Fault(
        "engagement ends first",
        put(f"{WORKER}.engagements.0.last", "1999-01-01"),
        "P208",
        "W1.engagements[0]",
        "1999",
    ),
    Fault(
        "expired before obtained",
        put(f"{WORKER}.certificates.0.expires", "2019-01-01"),
        "P209",
        "certificates[0]",
        "2019",
    ),
    Fault(
        "weeks of 200 hours",
        put(f"{WORKER}.counters.week_work_min.0", 12000),
        "P210",
        "week_work[0]",
        "12000",
    ),
    Fault(
        "no public holiday",
        put(f"{WORKER}.counters.holidays_worked", ["2025-11-11", "2026-03-07"]),
        "P210",
        "holidays_worked",
        "2026-03-07",
    ),
    Fault(
        "past day to come",
        put(f"{WORKER}.counters.days.0.day", "2026-03-09"),
        "P211",
        "days[0]",
        "2026-03-09",
    ),
    Fault("8 days a week", put(f"{WORKER}.limits.max_days_per_week", 8), "P212", "max_days_per_week", "8"),
    Fault(
        "band without end", put(f"{WORKER}.limits.no_work_bands", ["22:00"]), "P213", "no_work_bands", "22:00"
    ),
    Fault(
        "unavailability of no day",
        put(f"{WORKER}.contract.unavailability", ["14:00"]),
        "P213",
        "unavailability",
        "14:00",
    ),
    Fault(
        "period without a mode",
        put(f"{WORKER}.contract.period_hours_min", 2400),
        "P219",
        "contract.working_time_mode",
    ),
    Fault(
        "four weeks without a start",
        put(f"{WORKER}.contract.working_time_mode", "four_weeks"),
        "P219",
        "contract.period_start",
    ),
    Fault(
        "contract of 200 hours",
        put(f"{WORKER}.contract.weekly_min", 12000),
        "P214",
        "contract.weekly",
        "12000",
    ),
    Fault("empty territory", put(f"{WORKER}.territory", []), "P215", "territory", "vide"),
    Fault("unknown sector", put(f"{WORKER}.sectors", ["NORTH"]), "P202", "W1.sectors", "NORTH"),
    Fault(
        "two sectors of one map",
        put_all({"sectors": [NORTH, {"id": "M", "name": "Sud"}], f"{WORKER}.sectors": ["N", "M"]}),
        "P220",
        "W1.sectors",
    ),
    Fault("limit alone", put(f"{WORKER}.sector_limit", "home_sector"), "P221", "sector_limit"),
    Fault("leave ends first", put(f"{WORKER}.leave", [REVERSED]), "P208", "W1.leave[0]", "2026-03-08"),
    Fault("a tour on leave", put(f"{WORKER}.leave", [AWAY]), "P222", "W1.availability[0]", "2026-03-09"),
    Fault(
        "two amendments", put(f"{WORKER}.dated_hours", [MORE, MORE]), "P223", "dated_hours[1]", "2026-03-09"
    ),
    Fault(
        "an amendment of no hours",
        put_all({f"{WORKER}.contract": {}, f"{WORKER}.dated_hours": [MORE]}),
        "P224",
        "W1.dated_hours",
    ),
    Fault("on call ends first", put(f"{WORKER}.on_call", [span(8, 7)]), "P225", "W1.on_call[0]", "08:00"),
    Fault("on call twice", put(f"{WORKER}.on_call", [span(2, 4), span(3, 5)]), "P225", "W1.on_call[1]"),
    Fault("called while not on call", put(f"{WORKER}.calls", [span(2, 3)]), "P226", "W1.calls[0]", "02:00"),
    Fault(
        "called tomorrow",
        put_all({f"{WORKER}.on_call": [span(2, 3, 12)], f"{WORKER}.calls": [span(2, 3, 12)]}),
        "P226",
        "W1.calls[0]",
    ),
    Fault("a path from a Tuesday", put(f"{WORKER}.path", [step(3)]), "P240", "path[0].first", "2026-03-03"),
    Fault("two steps at once", put(f"{WORKER}.path", [step(2), step(2)]), "P241", "path[1].first"),
    Fault(
        "more than all acts",
        put(f"{WORKER}.path", [step(2, essential_percent=120)]),
        *("P242", "path[0].essential_percent", "120"),
    ),
    Fault(
        "a week of 200 hours", put(f"{WORKER}.path", [step(2, weekly_min=12000)]), "P214", "path[0].weekly"
    ),
    Fault("a path to nothing", put(f"{WORKER}.path", [{"first": "2026-03-02"}]), "P243", "W1.path"),
    Fault(
        "more essential acts than visits",
        put(f"{WORKER}.counters.week_essential", 2),
        *("P210", "counters.week_essential", "2"),
    ),
    Fault("nothing learnt", put(f"{WORKER}.learning", [{"shared_needed": 2}]), "P230", "learning[0]"),
    Fault(
        "learnt twice",
        put(f"{WORKER}.learning", [{"act_class": "essential", "shared_needed": n} for n in (1, 2)]),
        "P231",
        "learning[1]",
    ),
    Fault("never alone", put(f"{WORKER}.learning", [{"act_class": "essential"}]), "P232", "learning[0]"),
    Fault(
        "own tutor",
        put(f"{WORKER}.learning", [{"act_class": "essential", "shared_needed": 1, "tutors": ["W1"]}]),
        "P233",
        "learning[0].tutors",
    ),
    Fault(
        "meeting of nobody",
        put("demand.work_blocks", [{**MEETING, "participants": []}]),
        "P540",
        "R1.participants",
        "aucun participant",
    ),
    Fault(
        "meeting of more than there are",
        put("demand.work_blocks", [{**MEETING, "at_least": 3}]),
        "P541",
        "R1.at_least",
        "3",
    ),
    Fault(
        "meeting from no place",
        put_all({"demand.work_blocks": [{**MEETING, "site_id": None}], f"{WORKER}.start_site": None}),
        "P542",
        "R1.site_id",
        "W1",
    ),
    Fault("sector twice", put("sectors", [NORTH, NORTH]), "P020", "sectors.N", "2 fois"),
    Fault("sector of no one", put("sectors", [{**NORTH, "provider_id": "S9"}]), "P021", "N.provider", "S9"),
    Fault("sector beside nothing", put("sectors", [{**NORTH, "neighbours": ["M"]}]), "P021", "N", "M"),
    Fault("sector with no such place", put("sectors", [{**NORTH, "sites": ["Z"]}]), "P021", "N.sites", "Z"),
    Fault("sector by itself", put("sectors", [{**NORTH, "neighbours": ["N"]}]), "P022", "neighbours", "N"),
    Fault("commune in two sectors", put("sectors", [NORTH, {**NORTH, "id": "M"}]), "P023", "M", "62498"),
    Fault("vehicle twice", put("vehicles", [CAR, CAR]), "P024", "vehicles.K", "2 fois"),
    Fault("vehicle of no one", put("vehicles", [{**CAR, "provider_id": "S9"}]), "P025", "K.provider", "S9"),
    Fault("vehicle nowhere", put("vehicles", [{**CAR, "site_id": "Z"}]), "P025", "K.site_id", "Z"),
    Fault("vehicle for a stranger", put("vehicles", [{**CAR, "drivers": ["W99"]}]), "P025", "drivers", "W99"),
    Fault(
        "vehicle of a licence that is none",
        put("vehicles", [{**CAR, "licence": "B"}]),
        "P025",
        "licence",
        "B",
    ),
    Fault(
        "vehicle of two",
        put("vehicles", [{**CAR, "provider_id": "S1", "employer_id": "E1"}]),
        "P026",
        "K.employer_id",
        "S1",
    ),
    Fault("vehicle for nobody", put("vehicles", [{**CAR, "drivers": []}]), "P026", "K.drivers", "personne"),
    Fault(
        "vehicle back before it leaves",
        put("vehicles", [{**CAR, "hours": [{"start": AT_8, "end": AT_8}]}]),
        "P027",
        "K.hours",
        "08:00",
    ),
    Fault(
        "vehicle in service before it is out of it",
        put("vehicles", [{**CAR, "out_of_service": [{"start": AT_8, "end": AT_8}]}]),
        "P027",
        "K.out_of_service[0]",
        "08:00",
    ),
    Fault(
        "vehicle that pays", put("vehicles", [{**CAR, "cents_per_day": -1}]), "P028", "cents_per_day", "-1"
    ),
    Fault("vehicle without charge", put("vehicles", [{**CAR, "range_m": 0}]), "P029", "K.range_m", "0 m"),
    Fault("traffic at no hour", put("traffic", [{**SLOW, "hours": ["7h30"]}]), "P030", "[0].hours", "7h30"),
    Fault("traffic without hours", put("traffic", [{**SLOW, "hours": []}]), "P030", "[0].hours", "heures"),
    Fault("traffic that stands", put("traffic", [{**SLOW, "percent": 900}]), "P031", "[0].percent", "900"),
    Fault("sector of a post code", put("sectors", [{**NORTH, "communes": ["67000"]}]), "P017", "sectors.N"),
    Fault("negative mileage", put(f"{WORKER}.cents_per_km", -38), "P216", "cents_per_km", "-38"),
    Fault(
        "work elsewhere ends first", put(f"{WORKER}.other_work.0.end", AT_8), "P217", "other_work[0]", "08:00"
    ),
    Fault("competency unknown", put(f"{VISIT}.required", ["UPKEP"]), "P311", "visits.V1.required", "UPKEP"),
    Fault(
        "certificate unknown", put(f"{WORKER}.certificates.0.code", "DEAVZ"), "P312", "certificates", "DEAVZ"
    ),
    Fault(
        "accord on nothing",
        put("demand.providers.0.accords", {"NAP_TIME": 20}),
        "P401",
        "NAP_TIME",
        "inconnue",
    ),
    Fault(
        "accord too far",
        put("demand.providers.0.accords", {"DAILY_REST.limit": 60}),
        "P402",
        "DAILY_REST",
        "60",
    ),
    Fault(
        "accord that ends before it begins",
        put(
            "demand.providers.0.accords",
            {
                "DAILY_REST.limit": {
                    "value": 600,
                    "in_force_from": "2026-03-02",
                    "in_force_until": "2026-03-01",
                }
            },
        ),
        *("P410", "providers.S1.accords.DAILY_REST.limit", "2026-03-02"),
    ),
    Fault(
        "agreement unknown",
        put("demand.providers.0.agreement", "badd"),
        "P403",
        "providers.S1.agreement",
        "badd",
    ),
    Fault(
        "no public service",
        put_all({"demand.providers.0.agreement": "fpt", "brigade.employers.0.agreement": "fpt"}),
        "P412",
        "providers.S1.agreement",
        "fpt",
    ),
    Fault(
        "rule off unknown",
        put("policy.rules_off", ["DAILY_RESTS"]),
        "P404",
        "policy.rules_off",
        "DAILY_RESTS",
    ),
    Fault("link to itself", put("demand.links.0.second", "V1"), "P501", "links[0]", "V1"),
    Fault("link to nobody", put("demand.links.0.second", "V9"), "P502", "links[0].second", "V9"),
    Fault("gap upside down", put("demand.links.0.max_gap_min", 30), "P503", "links[0]", "30"),
    Fault(
        "gap of a same start",
        put("demand.links", lambda rows: [{**_link("same_start"), "min_gap_min": 10}]),
        "P503",
        "links[0]",
        "« même_début »",
    ),
    Fault(
        "gap and same start",
        put("demand.links", lambda rows: [*rows, _link("same_start")]),
        "P504",
        "links",
        "",
    ),
    Fault(
        "same start twice",
        put("demand.links", lambda _: [_link("same_start")] * 2),
        "P505",
        "links[1]",
        "deux fois",
    ),
    Fault("two feeds of a provider", put("demand.rota", lambda rows: rows * 2), "P510", "rota.S1", "2 fois"),
    Fault(
        "rota of nobody",
        put("demand.rota.0.entries.0.employee_id", "A9"),
        "P512",
        "entries[0].employee_id",
        "A9",
    ),
    Fault(
        "rota of another",
        put("demand.rota.0.entries.0.employee_id", "A2"),
        "P513",
        "entries[0].employee_id",
        "A2",
    ),
    Fault(
        "rota last week",
        put("demand.rota.0.entries.0.start", "2026-03-02T08:00:00+01:00"),
        "P514",
        "start",
        "03-02",
    ),
    Fault(
        "absent nobody", put("demand.absences.0.employee_id", "A9"), "P520", "absences.X1.employee_id", "A9"
    ),
    Fault(
        "absence ends first",
        put("demand.absences.0.interval.end", "2026-03-08T00:00:00+01:00"),
        "P521",
        "X1",
        "03-08",
    ),
    Fault("absence of another", put("demand.absences.0.employee_id", "A2"), "P522", "absences.X1", "A2"),
    Fault(
        "paid twice",
        put("demand.absences", lambda rows: [*rows, {**rows[0], "id": "X2", "funding_line_id": "F2"}]),
        "P523",
        "X2",
        "F2",
    ),
    Fault(
        "a course of no length",
        put("demand.absences.0.course", {"title": "Gestes", "training_body": "CFA", "taught_min": 0}),
        "P524",
        "absences.X1.course",
        "0 min",
    ),
    Fault(
        "a notice before nothing",
        put("demand.providers.0.swap_notice_min", -5),
        "P108",
        "providers.S1.swap_notice",
        "-5",
    ),
    Fault(
        "an employee from nowhere", put(f"{STAFF}.start_site", "Z"), "P102", "employees.A2.start_site", "Z"
    ),
    Fault(
        "an employee who can what nobody names",
        put(f"{STAFF}.competencies", ["FLY"]),
        "P311",
        "employees.A2.competencies",
        "FLY",
    ),
    Fault(
        "an employee with a paper nobody names",
        put(f"{STAFF}.certificates", ["PHD"]),
        "P312",
        "employees.A2.certificates",
        "PHD",
    ),
    Fault(
        "an employee's day that ends first",
        put(f"{STAFF}.hours", [{"start": AT_8, "end": "2026-03-09T07:00:00+01:00"}]),
        "P203",
        "employees.A2.hours[0]",
        "08:00",
    ),
    Fault(
        "an employee's two tours at once",
        put(f"{STAFF}.hours", [{"start": AT_8, "end": "2026-03-09T09:00:00+01:00"}] * 2),
        "P206",
        "employees.A2.hours[1]",
        "08:00",
    ),
    Fault(
        "an employee who works all week",
        put(f"{STAFF}.weekly_min", 99_999),
        "P214",
        "employees.A2.weekly",
        "99999",
    ),
    Fault(
        "an employee's day before that is none",
        put(
            f"{STAFF}.past_days",
            [{"day": "2026-03-09", "start": AT_8, "end": "2026-03-09T09:00:00+01:00", "work_min": 60}],
        ),
        "P211",
        "employees.A2.past_days[0].day",
        "2026-03-09",
    ),
    Fault("an employee on a boat", put(f"{STAFF}.mode", "foot"), "P012", "travel.foot", "A2"),
    Fault("two shifts of one name", put(PATTERNS, [SHIFT, SHIFT]), "P550", "shift_patterns[1].id", "M"),
    Fault(
        "half a split shift",
        put(PATTERNS, [{**SHIFT, "second_start": "16:00"}]),
        "P550",
        "shift_patterns[0].second_start",
        "M",
    ),
    Fault(
        "a split shift whose spells meet",
        put(PATTERNS, [{**SHIFT, "second_start": "11:00", "second_end": "19:00"}]),
        "P550",
        "shift_patterns[0].second_start",
        "11:00",
    ),
    Fault("a cycle of shifts unheard of", put(CYCLES, [CYCLE]), "P551", "shift_cycles[0].cycle", "M"),
    Fault(
        "a cycle of nobody",
        put_all({PATTERNS: [SHIFT], CYCLES: [{**CYCLE, "worker_id": "W99"}]}),
        "P102",
        "shift_cycles[0].worker_id",
        "W99",
    ),
    Fault(
        "a cycle that ends first",
        put_all({PATTERNS: [SHIFT], CYCLES: [{**CYCLE, "last": "2026-03-08"}]}),
        "P552",
        "shift_cycles[0].last",
        "8 mars",
    ),
    Fault(
        "a morning too soon after an evening",
        put_all(
            {
                "horizon.days": 2,
                f"{WORKER}.availability": [],
                PATTERNS: [SHIFT, {"id": "S", "start": "15:00", "end": "23:00"}],
                CYCLES: [{**CYCLE, "cycle": "S M"}],
            }
        ),
        "P553",
        "shift_cycles[0].cycle",
        "W1",
    ),
    Fault(
        "a course that nobody teaches",
        put(
            "demand.absences.0",
            lambda row: {**row, "kind": "training_release", "course": {"title": "Gestes"}},
        ),
        "P525",
        "absences.X1.course.training_body",
        "sans organisme",
    ),
]


def _link(kind: str) -> dict[str, str]:
    return {"kind": kind, "first": "V1", "second": "V2"}
