"""What the operator's commands say, in the language asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.__main__ import COMMANDS, main

FRENCH, ENGLISH = ("montrer cette page et s’arrêter", "show this help message and exit")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_helps_in_one_language_at_a_time(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, own, other in (("fr", FRENCH, ENGLISH), ("en", ENGLISH, FRENCH)):
        with pytest.raises(SystemExit):
            main(["--lang", lang, *filter(None, [command]), "--help"])
        said = " ".join(capsys.readouterr().out.split())
        assert own in said
        assert other not in said


def test_the_environment_may_say_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIGADE_LANG", "en")
    with pytest.raises(SystemExit):
        main(["backup"])
    assert "the following arguments are required: file" in capsys.readouterr().err
    monkeypatch.setenv("BRIGADE_LANG", "")
    with pytest.raises(SystemExit):
        main(["backup"])
    assert "il manque : file" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["backup"], ["restore"], ["archive", "B1"]])
def test_no_command_takes_a_dash_for_the_name_of_a_file(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before anything is opened, and nothing called `-` lies there afterwards."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "fr", *command, "-"])
    assert ended.value.code == 2
    assert "« - » ne désigne aucun fichier" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
