"""House rules that no linter has: lengths, and what must not stand in files."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "guard").rglob("*.py"))


def test_files_and_functions_fit_in_the_head() -> None:
    long = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 450:
            long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        functions = (
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        long += [
            f"{path.relative_to(ROOT)}:{one.lineno} {one.name}" for one in functions if one.end_lineno - one.lineno > 60
        ]
    assert long == []


def test_every_module_says_what_it_is() -> None:
    bare = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert bare == []


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_registry_addresses_in_tracked_files() -> None:
    hosts = "|".join(
        ["py" + "pi\\.org", "pythonhosted" + "\\.org", "registry\\.npm" + "js\\.org", "deb\\.debian" + "\\.org"]
    )
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in re.finditer(hosts, text)]
    assert found == []


SECRET_SHAPES = {
    "aws": r"\bA(?:KIA|SIA)[0-9A-Z]{16}\b",
    "github": r"\bgh[pousr]_[0-9A-Za-z]{36}\b",
    "gitlab": r"\bglpat-[0-9A-Za-z_-]{20}\b",
    "slack": r"\bxox[abpr]-[0-9A-Za-z-]{20,}",
    "stripe": r"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n?[A-Za-z0-9+/]{30,}",
}


def test_no_secret_shaped_string_stands_whole_in_a_file() -> None:
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [
            f"{path.relative_to(ROOT)}: {kind}" for kind, shape in SECRET_SHAPES.items() if re.search(shape, text)
        ]
    assert found == []
