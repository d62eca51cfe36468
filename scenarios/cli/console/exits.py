"""What a command's exit code says to the script that called it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum


class Code(IntEnum):
    DONE = 0
    BROKEN_RULES = 1
    REFUSED = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    UNREAD = 141


MEANING: Mapping[Code, str] = {
    Code.DONE: "fait ; des interventions peuvent rester non couvertes, avec leurs raisons"
    " // done; visits may stay uncovered, with their reasons",
    Code.BROKEN_RULES: "le plan enfreint une règle, ou aucun plan "
    "n’existe (--strict) ou n’a été trouvé à temps"
    " // the plan breaks a rule, or no plan exists (--strict) or was found in time",
    Code.REFUSED: "entrée ou option refusée : tous les défauts sont dits, rien n’est écrit"
    " // input or option refused: every fault is told, nothing is written",
    Code.OUR_FAULT: "promesse interne rompue : un défaut de Brigade, aucun fichier n’est écrit à moitié"
    " // a promise of ours is broken: a fault of Brigade, no file is half written",
    Code.INTERRUPTED: "interrompu avant qu’un plan soit trouvé, ou deux fois ; mesure ou balayage interrompus"
    " // interrupted before any plan was found, or twice; a measurement or sweep interrupted",
    Code.UNREAD: "le lecteur de la sortie est parti avant la fin "
    "// whoever read the output left before its end",
}
"""French // English."""
