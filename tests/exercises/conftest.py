"""Small exercise folders to try things on."""

from pathlib import Path

import pytest

from exercises.management.commands.exercise import write_skeleton


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A valid exercise of kind implement."""
    path = tmp_path / "sum-of-squares"
    write_skeleton(path, "implement")
    return path


@pytest.fixture
def predict_folder(tmp_path: Path) -> Path:
    """A valid exercise of kind predict."""
    path = tmp_path / "predict-squares"
    write_skeleton(path, "predict")
    return path
