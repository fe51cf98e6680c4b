"""What a wheel brings: installed apart from any checkout, the program finds its own policies and models."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from guard.wiring.heart import models_folder

ROOT = Path(__file__).resolve().parents[3]
LOST_DEAL = "we lost the tender for the harbour, they went with a cheaper firm"


def test_an_installed_wheel_has_its_policies_and_models(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = tmp_path / "source"  # it is built in there, and leaves files
    source.mkdir()
    for name in ("guard", "models", "policies"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "apart")], check=True)
    python = tmp_path / "apart" / "bin" / "python"
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)], check=True)
    # What it depends on is there already, in the environment of the tests.
    told = subprocess.run(
        [str(tmp_path / "apart" / "bin" / "guard"), "check", "--format", "json", LOST_DEAL],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": sysconfig.get_paths()["purelib"]}, capture_output=True, check=False,
    )  # fmt: skip
    answer = json.loads(told.stdout)
    assert {match["policy"] for match in answer["matches"]} == {"staff-topics"}


def test_models_are_found_where_each_way_of_installing_puts_them(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("guard.__file__", str(tmp_path / "lib" / "guard" / "__init__.py"))
    monkeypatch.setattr("sysconfig.get_path", lambda _, scheme: str(tmp_path / scheme))
    default, user = sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")
    folders = {scheme: tmp_path / scheme / "share" / "postguard" / "models" for scheme in (default, user)}
    assert models_folder(None) == folders[default]
    for scheme in (user, default):
        folders[scheme].mkdir(parents=True)
        (folders[scheme] / "manifest.toml").touch()
        assert models_folder(None) == folders[scheme]
