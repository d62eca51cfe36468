"""Every fault of the code with the words it is said by: found in the syntax, for its page and its test."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from brigade.words.catalogue import keys, text_of
from brigade.words.issue_sentences import CLAUSE, FAULT
from scenarios.cli.docs.reasons_page import shown

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("brigade", "solver", "scenarios", "api")


@dataclass(frozen=True)
class FaultUse:
    """One place that says a fault by `words`. `code`: None where it is only known as the program runs.
    `values`: their names; None where the syntax does not tell."""

    place: str
    words: str
    code: str | None
    values: frozenset[str] | None


@cache
def fault_words() -> frozenset[str]:
    """The keys of the catalogue, without `.what` and `.hint`."""
    return frozenset(key.rpartition(".")[0] for key in keys("fr", FAULT))


@cache
def clause_words() -> frozenset[str]:
    return keys("fr", CLAUSE)


@dataclass(frozen=True)
class Parsed:
    """Of one file the syntax that faults are looked for in."""

    place: str
    tree: ast.Module
    calls: list[ast.Call]
    pairs: list[ast.Tuple]
    functions: list[ast.FunctionDef]
    constants: list[ast.Constant]
    pieces: list[ast.JoinedStr]


@cache
def parsed() -> tuple[Parsed, ...]:
    """All files of the rooms. Kept: reading them takes some seconds, and each question below needs them."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple(_parsed(path) for path in paths)


def _parsed(path: Path) -> Parsed:
    tree = ast.parse(path.read_text("utf-8"))
    found = defaultdict[type[ast.AST], list[Any]](list)
    for node in _nodes(tree):
        found[type(node)].append(node)
    kinds = (ast.Call, ast.Tuple, ast.FunctionDef, ast.Constant, ast.JoinedStr)
    return Parsed(str(path.relative_to(ROOT)), tree, *(found[kind] for kind in kinds))


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """Breadth first, as `ast.walk` goes, in a third of its time: a million nodes are walked here."""
    found: list[ast.AST] = [tree]
    for node in found:  # it grows meanwhile
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                found.extend(one for one in value if isinstance(one, ast.AST))
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


@cache
def uses() -> tuple[FaultUse, ...]:
    """Every literal that is the key of a fault, or of a clause, in a call or beside its code."""
    known, found = fault_words() | clause_words(), list[FaultUse]()
    for one in parsed():
        place, codes = one.place, _constants(one.tree)
        told = [call for call in one.calls if _words_by_name(call)]
        helpers = _helpers(one.functions, told)
        for call in one.calls:
            found += _of_call(place, call, known, codes, helpers)
        for pair in one.pairs:
            found += _of_pair(place, pair, known, codes)
        for function in one.functions:
            if inside := _within(function, told):
                found += _of_variable(place, function, inside, known, codes)
    return tuple(found)


def literals() -> frozenset[str]:
    """Every string of the code, and of each text in pieces what stands before and after its first value."""
    values = (node.value for one in parsed() for node in one.constants)
    return frozenset(value for value in values if isinstance(value, str))


def patterns() -> frozenset[tuple[str, str]]:
    """(head, tail) of every f-string around its only value: `travel_{name}_example`."""
    found = set()
    for node in (piece for one in parsed() for piece in one.pieces):
        parts = [one.value if isinstance(one, ast.Constant) else None for one in node.values]
        if parts.count(None) == 1:
            at = parts.index(None)
            found.add(("".join(map(str, parts[:at])), "".join(map(str, parts[at + 1 :]))))
    return frozenset(found)


def codes_of_words() -> Mapping[str, list[str]]:
    """The codes under which each key is said, in order."""
    found = defaultdict[str, set[str]](set)
    for use in uses():
        if use.code is not None:
            found[use.words].add(use.code)
    return {words: sorted(codes) for words, codes in found.items()}


def fault_sentences_page() -> str:
    """docs/fault-sentences.md: what was met and the way out of every fault, in both languages."""
    codes, lines = codes_of_words(), [INTRODUCTION, ""]
    for group, title in GROUPS.items():
        words = [one for one in sorted(fault_words()) if (codes.get(one, [""])[0][:1] or "-") == group]
        lines += [f"## {title}", "", *HEAD, *(_row(one, codes.get(one, [])) for one in words), ""]
    return "\n".join(lines)


INTRODUCTION = """<!-- Written by `make docs`: change its source, not this page. -->

# Sentences of faults

What [errors.md](errors.md) tells by code is said by sentences of the catalogue (`brigade/words/locale`): what
was met, and something to try. A code has as many as it has cases. `say_issue(issue, lang)` of `brigade.words`
makes them of an issue's `words` and `values`; `‹…›` stands for a value."""
HEAD = ("| sentence | codes | français | English |", "|---|---|---|---|")
GROUPS = {
    "D": "Documents",
    "C": "Tables",
    "P": "Problems",
    "K": "Unknown names",
    "L": "Plans",
    "T": "Travel and timing",
    "E": "Events",
    "H": "Hand edits",
    "I": "Calendars",
    "M": "Mappings",
    "O": "The command line",
    "S": "Scenarios",
    "B": "Bench sets",
    "A": "The service",
    "-": "Others: their code is known as the program runs",
}


def _row(words: str, codes: list[str]) -> str:
    french, english = (_sentences(words, lang) for lang in ("fr", "en"))
    return f"| `{words}` | {', '.join(codes) or '—'} | {french} | {english} |"


def _sentences(words: str, lang: str) -> str:
    what, hint = (shown(text_of(f"{FAULT}{words}.{part}", lang) or "") for part in ("what", "hint"))
    return f"{what} — {hint}".replace("[[", "[").replace("]]", "]")


# -- in the syntax -----------------------------------------------------------------------------------------
def _of_call(
    place: str, call: ast.Call, known: frozenset[str], codes: Mapping[str, str], helpers: Mapping[str, str]
) -> Iterator[FaultUse]:
    for position, argument in enumerate(call.args):
        code = (_code(call.args[0], codes) if position else None) or helpers.get(_name(call))
        rest = call.args[position + 1 :]
        for words in _texts(argument) & known:
            yield FaultUse(f"{place}:{call.lineno}", words, code, _given(rest))


def _words_by_name(call: ast.Call) -> bool:
    """Whether its words, the third argument of what makes a fault, stand in a variable."""
    return len(call.args) > 2 and isinstance(call.args[2], ast.Name)


def _within(function: ast.FunctionDef, calls: Iterable[ast.Call]) -> list[ast.Call]:
    """By their lines: walking each function again takes longer than reading all files."""
    return [call for call in calls if function.lineno <= call.lineno <= (function.end_lineno or 0)]


def _of_variable(
    place: str,
    function: ast.FunctionDef,
    calls: Iterable[ast.Call],
    known: frozenset[str],
    codes: Mapping[str, str],
) -> Iterator[FaultUse]:
    """words = "reply_to_firm" if … else "reply_to_offer", and further down the code they go with."""
    said = defaultdict[str, set[str]](set)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        said[name.id] |= _texts(node.value) & known
        elif isinstance(node, ast.For):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name) and name.id == "words":
                    said[name.id] |= _texts(node.iter) & known
    for call in calls:
        if code := _code(call.args[0], codes):
            words = call.args[2]
            if isinstance(words, ast.Name):
                yield from (FaultUse(f"{place}:{call.lineno}", one, code, None) for one in said[words.id])


def _of_pair(
    place: str, pair: ast.Tuple, known: frozenset[str], codes: Mapping[str, str]
) -> Iterator[FaultUse]:
    """("D105", "finite_number")"""
    if len(pair.elts) == 2 and (code := _code(pair.elts[0], codes)) and _text(pair.elts[1]) in known:
        yield FaultUse(f"{place}:{pair.lineno}", str(_text(pair.elts[1])), code, None)


def _given(rest: list[ast.expr]) -> frozenset[str] | None:
    if not rest:
        return frozenset()
    given = rest[0]
    if isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys):
        return frozenset(str(key.value) for key in given.keys if isinstance(key, ast.Constant))
    return None


def _constants(tree: ast.Module) -> dict[str, str]:
    """CODE = "A407" """
    return {
        target.id: text
        for node in tree.body
        if isinstance(node, ast.Assign) and (text := _text(node.value)) is not None
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _helpers(functions: Iterable[ast.FunctionDef], calls: list[ast.Call]) -> dict[str, str]:
    """Functions that give the words they are told a code of their own."""
    found = {}
    for function in functions:
        named = {one.arg for one in function.args.args}
        for call in _within(function, calls):
            words, code = call.args[2], _code(call.args[0], {})
            if isinstance(words, ast.Name) and words.id in named and code is not None:
                found[function.name] = code
    return found


def _code(node: ast.expr, codes: Mapping[str, str]) -> str | None:
    text = codes.get(node.id) if isinstance(node, ast.Name) else _text(node)
    is_code = text is not None and len(text) == 4 and text[:1].isupper() and text[1:].isdecimal()
    return text if is_code else None


def _texts(node: ast.expr) -> set[str]:
    """The strings of an expression that are no part of a call's arguments or of a dictionary's keys."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    if isinstance(node, ast.Tuple | ast.List):
        return {text for one in node.elts for text in _texts(one)}
    text = _text(node)
    return set() if text is None else {text}


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(call: ast.Call) -> str:
    named = call.func
    return named.id if isinstance(named, ast.Name) else named.attr if isinstance(named, ast.Attribute) else ""
