"""The lines that `make commitment-mutants` takes out are still where it looks for them."""

from __future__ import annotations

import pytest

from tests.commitment_mutants import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_its_line_is_there_and_what_is_left_compiles(mutant: Mutant) -> None:
    compile(mutant.spoil((ROOT / mutant.file).read_text("utf-8")), mutant.file, "exec")
