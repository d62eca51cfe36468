"""JSON as text: read with every slip of the hand told (line, column, doubled key, NaN), written in one
canonical form."""

from __future__ import annotations

import errno
import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any

from brigade.errors import Issue, UnreadableInput

IN_FRENCH = {
    errno.ENOSPC: "plus de place sur le disque",
    errno.EDQUOT: "quota de disque dépassé",
    errno.EROFS: "disque en lecture seule",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.ENOENT: "dossier introuvable",
    errno.ENOTDIR: "un des dossiers est un fichier",
    errno.EISDIR: "un dossier",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EIO: "le disque répond mal",
}
LARGEST_BYTES = 200_000_000


def read_bytes(path: Path) -> bytes:
    """Raises: UnreadableInput, when there is no such file, or it cannot be read or is far too large."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UnreadableInput(
                [Issue("D001", str(path), f"{path.stat().st_size} octets", "un fichier de moins de 200 Mo")]
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableInput(
            [Issue("D001", str(path), "fichier introuvable", "vérifier le chemin")]
        ) from None
    except OSError as fault:
        raise UnreadableInput([Issue("D001", str(path), refusal(fault), "vérifier le fichier")]) from None


def refusal(fault: OSError) -> str:
    """What the system said of a file, in French."""
    return IN_FRENCH.get(fault.errno or 0) or fault.strerror or "refusé"


def decode(data: bytes, where: str) -> str:
    """UTF-8, with or without its mark. Raises: UnreadableInput, naming the first byte that is something
    else."""
    if not data.strip():
        raise UnreadableInput([Issue("D006", where, "fichier vide", "un document JSON")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        met = f"octet 0x{data[fault.start]:02x}, ligne {line}"
        raise UnreadableInput([Issue("D002", where, met, "enregistrer le fichier en UTF-8")]) from None


def parse(text: str, where: str) -> Any:
    """Plain values of a JSON text. Raises: UnreadableInput, with line and column when it is malformed."""
    issues: list[Issue] = []

    def no_constant(name: str) -> float:
        issues.append(Issue("D005", where, name, "un nombre ; JSON ne connaît ni NaN ni Infinity"))
        return 0.0

    try:
        value = json.loads(
            text, object_pairs_hook=partial(keys_once, where, issues), parse_constant=no_constant
        )
    except json.JSONDecodeError as fault:
        place = f"{where} ligne {fault.lineno}, colonne {fault.colno}"
        raise UnreadableInput([Issue("D003", place, _excerpt(text, fault.pos), _hint(fault, text))]) from None
    except RecursionError:
        raise UnreadableInput(
            [Issue("D003", where, "imbrication trop profonde", "un document Brigade")]
        ) from None
    except ValueError:  # Python refuses to read whole numbers of thousands of digits
        raise UnreadableInput(
            [Issue("D005", where, "nombre démesuré", "un nombre d'au plus 15 chiffres")]
        ) from None
    if issues:
        raise UnreadableInput(issues)
    return value


def keys_once(where: str, issues: list[Issue], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a JSON text; `issues` hears of each key that it has twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            issues.append(
                Issue(
                    "D004", f"{where}: {_context(found)}", f"clé « {key} » donnée deux fois", "en garder une"
                )
            )
        found[key] = value
    return found


def _context(found: dict[str, Any]) -> str:
    return f"objet « {found['id']} »" if "id" in found else "objet " + ", ".join(list(found)[:3])


def _excerpt(text: str, position: int) -> str:
    if position >= len(text.rstrip()):
        return "fin du fichier"
    return f"« {text[position : position + 20].splitlines()[0] if text[position:].strip() else ''} »"


def _hint(fault: json.JSONDecodeError, text: str) -> str:
    if fault.pos >= len(text.rstrip()):
        return "le fichier semble tronqué : reprendre l'original"
    known = {
        "Expecting ',' delimiter": "une virgule manque, ou un guillemet est de trop",
        "Expecting property name enclosed in double quotes": "une clé entre guillemets "
        "doubles ; pas de virgule finale",
        "Expecting value": "une valeur ; textes entre guillemets doubles",
        "Expecting ':' delimiter": "deux-points entre clé et valeur",
        "Extra data": "un seul document par fichier",
        "Invalid control character at": "un texte d'une seule ligne",
        "Illegal trailing comma before end of object": "retirer la virgule finale",
        "Illegal trailing comma before end of array": "retirer la virgule finale",
    }
    return known.get(fault.msg, "vérifier guillemets, virgules et accolades à cet endroit")


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
