"""`docs/rules.md`: every rule with the values, units and articles of each text, as the shipped data gives
them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import fill

from brigade.texts.labour_code import LabourCode, LabourText, shipped_labour_code
from brigade.texts.rule_sets import RuleHead, RuleKind, RuleValue
from brigade.words.rule_words import in_words, sentence
from scenarios.cli.rules_view import span

INTRODUCTION = """<!-- Written by `make docs`: change its source, not this page. -->

# Labour rules

This page is written from `brigade/data/rules/*.toml` by `make docs`; a test compares the two. It is not legal
advice: see [limits.md](limits.md). Sentences are what coordinators read, hence French.

**How values come together.** The mandatory part of the labour code (CT) always applies. Where it lets an
accord go further, the agreement (BAD, SAP) is that accord and its value takes the place of the code's, within
what the code allows. The default part of the code fills only the rules that no agreement speaks of. Between
the employer and the host SAAD the stricter value of each parameter holds; parameters that mean something only
together (a longer span with its condition and number of days, a total with its days, a night with its band)
stay in their text, and each text's hold with its own numbers; what a text says of part-time contracts only is
not there for the others. A SAAD or a lender may declare accords of its own (`accords`, "RULE.name" -> value,
source and days), as
far as the column *accord* says: a value is the furthest, *open* has no bound, and the article beside it is
the one that opens it (or, with ✗, that closes it). Rows without either allow none; what protects more may
always be declared. A plan obeys the rows in force on its days. *In force from*: the first day of the wording
cited, and in parentheses from when on earlier wordings gave the same value.

**How to read a value in code.** `problem.rules_for(worker, hosts).get("MAX_SPAN", "exceptional")` gives a
`RuleValue` or None; without a second argument the parameter is `limit`. Units: `min` lengths in minutes;
`min_of_day` minutes from midnight; `days` calendar days; `working_days`; `weeks`; `months`; `count`;
`percent`; `cents_per_km`; `metres`; `points`; `flag` 1 yes, 0 no; `parity` 1 odd ISO weeks, 0 even ones.
*Stricter*: the direction that protects more (↓ the lower value, ↑ the higher one). *Waivable*: the text
itself lets people go beyond, so a coordinator may too, with a reason."""

KINDS = {
    RuleKind.LIMIT: (
        "Limits",
        "No plan breaks one: a check in `brigade/law/rules/`, its twin in `solver/rules/`.",
    ),
    RuleKind.MEASURE: (
        "Measures",
        "What counts as work: one definition, computed by the model and again by the checker.",
    ),
    RuleKind.MARKING: (
        "Markings",
        "They forbid nothing: they mark a stop firm or to be offered, and say by which article.",
    ),
    RuleKind.COST: ("Costs", "What the employer owes; not checked."),
    RuleKind.INFO: ("Information", "Shown to whoever signs the papers; not checked by the planner."),
}


def rules_page(code: LabourCode | None = None) -> str:
    """The whole page, as Markdown."""
    code = code or shipped_labour_code()
    return "\n\n".join([INTRODUCTION, *_summary(code), *_sections(code)]) + "\n"


def _texts(code: LabourCode) -> Iterator[tuple[str, LabourText]]:
    """(screen name, text) of every text: agreements first, then the two layers of the code."""
    for id, text in code.agreements.items():
        if text.rows:
            yield id.upper(), text
    yield "CT, mandatory", code.mandatory
    yield "CT, default", code.default


def _summary(code: LabourCode) -> Iterator[str]:
    yield "## All keys"
    rows = ["| rule | parameter | unit | stricter | " + " | ".join(name for name, _ in _texts(code)) + " |"]
    rows.append("|---" * (rows[0].count("|") - 1) + "|")
    for rule in code.heads:
        for name in _names(code, rule):
            found = [text.on(date.max).get(rule, name) for _, text in _texts(code)]
            one = next(row for row in code.rows() if row.key == (rule, name))
            cells = " | ".join("" if value is None else str(value.value) for value in found)
            rows.append(f"| {rule} | {name} | {one.unit} | {_arrow(one)} | {cells} |")
    yield "\n".join(rows)


def _sections(code: LabourCode) -> Iterator[str]:
    for kind, (title, promise) in KINDS.items():
        yield f"## {title}\n\n{promise}"
        for head in code.heads.values():
            if head.kind is kind:
                yield "\n\n".join(_rule(code, head))


def _rule(code: LabourCode, head: RuleHead) -> Iterator[str]:
    yield f"### {head.id}\n\n*{head.title}* — {head.title_en}"
    if not _names(code, head.id):
        yield f"{_wrapped('> ', sentence(head, code.latest().mandatory))}\n\nSource: {head.source}."
        return
    today = code.latest()
    said = {
        id: sentence(head, today.party(id)) for id in code.agreements if head.id in today.party(id).rules()
    }
    if len(said) == len(code.agreements) and len(set(said.values())) == 1:
        yield _wrapped("> ", said.popitem()[1])
    else:
        yield "\n".join(_wrapped(f"- {id.upper()}: ", text) for id, text in sorted(said.items()))
    rows = [
        "| text | parameter | value | article | in force from | stricter | accord | waivable |",
        "|---" * 8 + "|",
    ]
    rows += [_row(name, row) for name, text in _texts(code) for row in text.rows if row.rule == head.id]
    yield "\n".join(rows)


def _wrapped(lead: str, text: str) -> str:
    """A quotation or an entry of a list, within the width of prose."""
    return fill(text, 110, initial_indent=lead, subsequent_indent="> " if lead == "> " else "  ")


def _row(text: str, value: RuleValue) -> str:
    accord = _accord(value)
    shown = f"{value.value} {value.unit} ({in_words(value)})"
    waivable = "yes" if value.waivable else ""
    cells = (text, f"`{value.name}`", shown, value.article, span(value), _arrow(value), accord, waivable)
    return f"| {' | '.join(cells)} |"


def _accord(value: RuleValue) -> str:
    if value.closed_by:
        return f"✗ {value.closed_by}"
    far = (
        "open"
        if value.accord is None and value.opened_by
        else ""
        if value.accord is None
        else f"{value.accord} {value.unit}"
    )
    return f"{far} ({value.opened_by})" if value.opened_by else far


def _names(code: LabourCode, rule: str) -> list[str]:
    """Parameters of a rule over all texts, in the order in which they are first written."""
    return list(dict.fromkeys(row.name for _, text in _texts(code) for row in text.rows if row.rule == rule))


def _arrow(value: RuleValue) -> str:
    return "↑" if value.stricter == "higher" else "↓"
