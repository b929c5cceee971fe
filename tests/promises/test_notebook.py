"""The notebook of the documentation runs from its first cell to its last, and reads well."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbconvert.preprocessors import ExecutePreprocessor

import rangemap as rm

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "python.ipynb"
FILES = [
    "map.alt.txt", "map.gpkg", "map.html", "map.png", "map.sources.txt", "report.docx", "report.html",
    "verdicts.xlsx",
]  # fmt: skip


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook after it was run in an empty folder, and that folder."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    # The kernel of this Python, whatever kernels are installed; a message in clear on the loopback.
    runner = ExecutePreprocessor(timeout=300, kernel_name="python3")
    runner.preprocess(notebook, {"metadata": {"path": str(folder)}})
    return notebook, folder


def outputs(notebook):
    return [
        (cell.source, output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def last(notebook, ending):
    """Return what a notebook shows for the cell that ends so."""
    (found,) = [output for source, output in outputs(notebook) if source.endswith(ending)]
    return found


def test_the_notebook_is_stored_without_results():
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.thorough
def test_the_notebook_runs_without_a_warning(executed):
    notebook, _ = executed
    streams = [output for _, output in outputs(notebook) if output.output_type == "stream"]
    assert [output.name for output in streams] == ["stdout"]
    assert "Fateh-111 is not known; closest: ('Fateh-110'" in streams[0].text


@pytest.mark.thorough
def test_the_notebook_shows_tables_a_map_and_pictures(executed):
    notebook, _ = executed
    assert "disputed" in last(notebook, '"claims", "staff"]]').data["text/html"]
    assert "<iframe" in last(notebook, "scenario.map()").data["text/html"]
    assert last(notebook, 'scenario.figure(size="web")').data["image/png"]
    assert "POINT (4899059" in last(notebook, "\noffices").data["text/html"]


@pytest.mark.thorough
def test_the_notebook_writes_its_files(executed):
    _, folder = executed
    assert sorted(path.name for path in (folder / "offices").iterdir()) == FILES
    assert all(path.stat().st_size > 500 for path in (folder / "offices").iterdir())


def test_the_code_of_the_page_runs(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    (tmp_path / "maps").symlink_to(ROOT / "maps")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)  # noqa: S102  our own page
    assert len(names["table"]) > 10
    assert names["closest"] == "Fateh-110"
    assert names["around_suva"].is_valid.all()


def test_the_page_names_every_public_function_method_and_error():
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    methods = [name for name in vars(rm.Scenario) if not name.startswith("_")]
    for name in {*rm.__all__, *methods} - {"__version__", "read"}:
        assert re.search(rf"\b{name}\b", page), name
