"""The few sentences that only the command line says, French and English side by side; all others are in
`brigade.words`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from brigade.words.sentences import Setting, fill

SEPARATOR = " // "

PHRASES: Mapping[str, str] = {
    "refused": "{what} : {n:plural:défaut:défauts}, rien n’est écrit "
    "// {what}: {n:plural:fault:faults}, nothing is written",
    "options": "options de la commande // options of the command",
    "our_fault": "Défaut de Brigade, aucun fichier n’est écrit à moitié : {what}"
    " // A fault of Brigade, no file is half written: {what}",
    "remark": "Remarque : {where} : {what} ; {hint} ({code}) // Remark: {where}: {what}; {hint} ({code})",
    "written": "Écrit : {path} // Written: {path}",
    "ask_tables": "{file} ({headers}) : quelles tables remplit-il ? "
    "// {file} ({headers}): which tables does it fill?",
    "ask_keep": "  {header} « {value} » : lire ces lignes ? // {header} “{value}”: read these rows?",
    "ask_column": "  {table}.{column} : de quel(s) en-tête(s) ? // {table}.{column}: from which header(s)?",
    "ask_code": "    {column} : que veut dire « {theirs} » ? ({choices}) "
    "// {column}: what does “{theirs}” mean? ({choices})",
    "ask_unit": "    {column} : les nombres seuls sont des… ? (h, min, "
    "s) // {column}: bare numbers count… ? (h, min, s)",
    "headers_ignored": "  non lus : {headers} // not read: {headers}",
    "absences_read": "{n:plural:absence lue:absences lues}, {employees:plural:salarié:salariés}"
    " // {n:plural:absence:absences} read, {employees:plural:employee:employees}",
    "valid": "{name} : valide. {workers:plural:intervenant:intervenants}, "
    "{visits:plural:intervention:interventions} "
    "dont {open:plural:à couvrir:à couvrir}, {absences:plural:absence:absences}, {days:plural:jour:jours}"
    " // {name}: valid. {workers:plural:worker:workers}, {visits:plural:visit:visits} "
    "of which {open:plural:is to be covered:are to be covered}, "
    "{absences:plural:absence:absences}, {days:plural:day:days}",
    "lawful": "{name} : aucune règle enfreinte, {covered:plural:intervention "
    "couverte:interventions couvertes},"
    " {left:plural:non couverte:non couvertes}"
    " // {name}: no rule broken, {covered:plural:visit covered:visits covered}, {left} uncovered",
    "unlawful": "{name} : {n:plural:règle enfreinte:règles enfreintes} "
    "// {name}: {n:plural:rule broken:rules broken}",
    "untimed": "{name} : {n:plural:heure intenable:heures intenables}"
    " // {name}: {n:plural:time that cannot be held:times that cannot be held}",
    "waived": "Écarts assumés : // Waived:",
    "would_cover": "Ce qui la couvrirait, le moins pesant d’abord : // "
    "What would cover it, the least asked of people first:",
    "nothing_would_cover": "Aucun changement seul ne la couvrirait. // No single change would cover it.",
    "done_by": "{visit} : {worker}, {marking}. Ce que l’étape ajoute au coût :"
    " // {visit}: {worker}, {marking}. What the stop adds to the cost:",
    "instead": "  à sa place, {worker} : {more} de plus // instead, {worker}: {more} more",
    "title_candidates": "Qui pourrait prendre // Who could take",
    "title_in_the_way": "Ce qui empêche les autres // What keeps the others away",
    "given_up": "{visit} abandonnée // {visit} given up",
    "searching": "Recherche // Searching",
    "step": "{covered:plural:couverte:couvertes}, coût {objective} // {covered} covered, cost {objective}",
    "stopping": "Arrêt demandé, le meilleur plan trouvé va être rendu. Ctrl-C encore : abandon."
    " // Stopping: the best plan so far will be returned. Ctrl-C again: give up.",
    "interrupted": "Recherche interrompue : voici le meilleur plan trouvé jusque-là."
    " // Search interrupted: this is the best plan found so far.",
    "sweep_interrupted": "Interrompu : {done} calculs faits sur {runs} "
    "; relancer la même commande fait le reste."
    " // Interrupted: {done} runs done of {runs}; the same command again does the rest.",
    "gave_up": "Abandon, rien n’est écrit. // Gave up, nothing is written.",
    "no_plan_interrupted": "Interrompu avant qu’un plan soit trouvé, rien n’est écrit."
    " // Interrupted before any plan was found, nothing is written.",
    "no_plan_infeasible": "Aucun plan ne couvre toutes les interventions "
    "obligatoires (--strict), rien n’est écrit."
    " // No plan covers every mandatory visit (--strict), nothing is written.",
    "no_plan_unknown": "Aucun plan trouvé dans le temps donné, rien n’est écrit ; allonger --time-limit."
    " // No plan was found in the time given, nothing is written; allow a longer --time-limit.",
    "solved": "{covered:plural:intervention couverte:interventions couvertes} sur {total} en {seconds} s"
    " // {covered} visits of {total} covered in {seconds} s",
    "demo": "Journée inventée « {preset} », graine {seed} // Invented day “{preset}”, seed {seed}",
    "replanned": "{kept:plural:étape gardée:étapes gardées}, {moved} à "
    "une autre heure, {reassigned} par une autre personne,"
    " {added} en plus, {removed:plural:retirée:retirées},"
    " {uncovered:plural:qui n’est plus couverte:qui ne sont plus couvertes} ;"
    " {people:plural:personne dérangée sans y être obligée:personnes dérangées sans y être obligées}"
    " // {kept:plural:stop kept:stops kept}, {moved} at "
    "another time, {reassigned} by somebody else, {added} more,"
    " {removed} taken out, {uncovered} no longer covered; "
    "{people:plural:person:people} disturbed without need",
    "still_uncovered": "{count:plural:intervention reste non couverte:interventions "
    "restent non couvertes} avant comme après"
    " // {count:plural:visit stays uncovered:visits stay uncovered}, before as after",
    "new_uncovered": "{count:plural:intervention à couvrir depuis ces événements reste non couverte"
    ":interventions à couvrir depuis ces événements restent non couvertes}"
    " // {count:plural:visit to cover since these events stays "
    "uncovered:visits to cover since these events stay uncovered}",
    "over_budget": "Le nombre de personnes permis n’a pas pu être tenu : {people}"
    " // The number of people allowed could not be kept: {people}",
    "judged": "  coût {cost}, points non couverts {points}, {broken:plural:règle enfreinte:règles enfreintes}"
    " // cost {cost}, points uncovered {points}, {broken:plural:rule broken:rules broken}",
    "waivable": "peut être assumé // may be waived",
    "compared": "{kept:plural:étape pareille:étapes pareilles}, {moved} "
    "à une autre heure, {reassigned} par une autre personne,"
    " {added} en plus, {removed:plural:retirée:retirées},"
    " {uncovered:plural:qui n’est plus couverte:qui ne sont plus couvertes} ;"
    " {workers:plural:intervenant concerné:intervenants concernés},"
    " {clients:plural:personne accompagnée concernée:personnes accompagnées concernées}"
    " // {kept:plural:stop:stops} alike, {moved} at another "
    "time, {reassigned} by somebody else, {added} more,"
    " {removed} taken out, {uncovered} no longer covered;"
    " {workers:plural:worker:workers} and {clients:plural:client:clients} concerned",
    "sweeping": "{runs:plural:calcul:calculs}, dont {left} à faire "
    "// {runs:plural:run:runs}, {left} of them to do",
    "kernel_ready": "Noyau de calcul prêt en {seconds} s // Kernel ready in {seconds} s",
}


def chosen(text: str, lang: str) -> str:
    """The half of a "français // English" text that `lang` reads; a text without both is for everybody."""
    french, *english = re.split(r"\s*//\s", text, maxsplit=1)
    return english[0] if english and lang != "fr" else french


def phrase(key: str, lang: str, **values: object) -> str:
    """Raises: KeyError when there is no such sentence: a slip of ours."""
    return fill(chosen(PHRASES[key], lang), values, Setting(lang))
