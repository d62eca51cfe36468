"""JSON as text: read with every slip of the hand told (line, column, doubled key, NaN), written in one
canonical form."""

from __future__ import annotations

import errno
import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from brigade.errors import NO_VALUES, Clause, Issue, UnreadableInput, Values, step

SAID_BY_SYSTEM = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "quota_exceeded",
    errno.EROFS: "read_only_disk",
    errno.EACCES: "access_refused",
    errno.EPERM: "access_refused",
    errno.ENOENT: "no_such_folder",
    errno.ENOTDIR: "folder_is_a_file",
    errno.EISDIR: "is_a_folder",
    errno.ENAMETOOLONG: "name_too_long",
    errno.EIO: "disk_failing",
    errno.ELOOP: "links_in_a_ring",
}
# The largest document seen, a department's day with its matrices, takes half of it.
LARGEST_BYTES = 200_000_000
JsonObject: TypeAlias = dict[str, Any]
"""A document that is kept, sent or received whole: only the reader of its format knows what is in it."""


def read_bytes(path: Path) -> bytes:
    """Raises: UnreadableInput, when there is no such file, or it cannot be read or is far too large."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UnreadableInput([Issue("D001", str(path), "file_too_big", {"size": path.stat().st_size})])
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableInput([Issue("D001", str(path), "no_such_file")]) from None
    except OSError as fault:
        raise UnreadableInput([Issue("D001", str(path), "file_refused", {"met": refusal(fault)})]) from None


def refusal(fault: OSError) -> Clause | str:
    """What the system said of a file: in words where it is one of the common ones."""
    known = SAID_BY_SYSTEM.get(fault.errno or 0)
    return Clause(known) if known else fault.strerror or Clause("refused")


def not_written(place: object, fault: OSError) -> Issue:
    return Issue("O101", str(place), "not_written", {"met": refusal(fault)})


def decode(data: bytes, where: str) -> str:
    """UTF-8, with or without its mark. Raises: UnreadableInput, naming the first byte that is something
    else."""
    if not data.strip():
        raise UnreadableInput([Issue("D006", where, "empty_document")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise UnreadableInput(
            [Issue("D002", where, "not_utf8", {"byte": f"0x{data[fault.start]:02x}", "line": line})]
        ) from None


def parse(text: str, where: str) -> Any:
    """Plain values of a JSON text. Raises: UnreadableInput, with line and column when it is malformed."""
    issues: list[Issue] = []

    def no_constant(name: str) -> float:
        issues.append(Issue("D005", where, "no_number_of_json", {"met": name}))
        # The reading goes on, so that all faults are told at once.
        return 0.0

    try:
        value = json.loads(
            text, object_pairs_hook=partial(keys_once, where, issues), parse_constant=no_constant
        )
    except json.JSONDecodeError as fault:
        place = f"{where} {step('line', fault.lineno)}, {step('character', fault.colno)}"
        raise UnreadableInput([Issue("D003", place, *_malformed(fault, text))]) from None
    except RecursionError:
        raise UnreadableInput([Issue("D003", where, "nested_too_deep")]) from None
    except ValueError:  # Python refuses to read whole numbers of thousands of digits
        raise UnreadableInput([Issue("D005", where, "number_too_long")]) from None
    if issues:
        raise UnreadableInput(issues)
    return value


def keys_once(where: str, issues: list[Issue], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a JSON text; `issues` hears of each key that it has twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            issues.append(Issue("D004", f"{where}: {_context(found)}", "key_twice", {"key": key}))
        found[key] = value
    return found


def _context(found: dict[str, Any]) -> str:
    return step("object", str(found["id"]) if "id" in found else ", ".join(list(found)[:3]))


MALFORMED = {
    "Expecting ',' delimiter": "json_comma",
    "Expecting property name enclosed in double quotes": "json_key",
    "Expecting value": "json_value",
    "Expecting ':' delimiter": "json_colon",
    "Extra data": "json_extra_data",
    "Invalid control character at": "json_control_character",
    "Illegal trailing comma before end of object": "json_trailing_comma",
    "Illegal trailing comma before end of array": "json_trailing_comma",
}


def _malformed(fault: json.JSONDecodeError, text: str) -> tuple[str, Values]:
    """Words and values of malformed JSON."""
    if fault.pos >= len(text.rstrip()):
        return "json_truncated", NO_VALUES
    excerpt = text[fault.pos : fault.pos + 20].splitlines()[0] if text[fault.pos :].strip() else ""
    return MALFORMED.get(fault.msg, "json_malformed"), {"met": excerpt}


def pretty(value: Any) -> str:
    """Readable JSON: two spaces, rows of numbers on one line each, a final newline."""
    return "".join(_lines(value, "")) + "\n"


def _lines(value: Any, indent: str) -> list[str]:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        items = [f"{deeper}{_compact(key)}: {''.join(_lines(item, deeper))}" for key, item in value.items()]
        return ["{\n", ",\n".join(items), f"\n{indent}}}"]
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        items = [deeper + "".join(_lines(item, deeper)) for item in value]
        return ["[\n", ",\n".join(items), f"\n{indent}]"]
    return [_compact(value)]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """sha256 of the canonical form: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
