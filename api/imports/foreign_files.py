"""Files of other programs as they come in: whose they seem to be, and what of them is matched to our columns.
Both are read in a process of their own, as any upload."""

from __future__ import annotations

from collections.abc import Sequence

from api.imports.uploads import as_file
from brigade.exchange.mapping import matching
from brigade.exchange.mapping.column_questions import ColumnMatch
from brigade.exchange.mapping.form_answers import FormAnswers
from brigade.exchange.mapping.mapping_shapes import MappingDocument
from brigade.exchange.mapping.matching import Recognition


def recognize(body: bytes, content_type: str, name: str, mappings: Sequence[MappingDocument]) -> Recognition:
    """Whose an upload is, of those whose mappings are kept. Raises: as `uploads.read`."""
    with as_file(body, content_type, name) as path:
        return matching.recognized(path, mappings)


def match(body: bytes, content_type: str, name: str, source: str, answers: FormAnswers) -> ColumnMatch:
    """What an upload is asked, answered so far. Raises: as `uploads.read`."""
    with as_file(body, content_type, name) as path:
        return matching.match_columns(path, source, answers)
