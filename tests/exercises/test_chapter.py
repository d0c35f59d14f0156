"""The bundled chapter: both languages alike, every block and every number as the pinned torch gives them."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exercises import chapter as chapters
from exercises import figures
from exercises.blocks import MAX_SOURCE_BYTES, plain_png, run_block
from exercises.chapter import Chapter, ChapterInvalid, Part
from exercises.format import LOCALES
from sandbox.client import Client

FOLDER = chapters.folder_of(3)
CHAPTER = chapters.load(FOLDER)
SOURCE_SECTIONS = [
    "3.1", "3.1.1", "3.1.2", "3.1.3", "3.2", "3.2.1", "3.2.2", "3.2.3", "3.2.4",
    "3.3", "3.3.1", "3.3.2", "3.4", "3.5", "summary", "preview",
]  # fmt: skip
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.show()\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "chapter03"
    folder.mkdir()
    for name in (chapters.MANIFEST, "en.md", "zh-hant.md"):
        shutil.copy(FOLDER / name, folder / name)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ChapterInvalid) as caught:
        chapters.load(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_sections_are_those_of_the_course_in_order() -> None:
    assert [section.id for section in CHAPTER.manifest.sections] == SOURCE_SECTIONS
    assert len(CHAPTER.exercises) == chapters.COMPLETE


def test_exercises_stand_in_the_section_that_they_name() -> None:
    assert [str(mistake) for mistake in chapters.exercise_mistakes(CHAPTER)] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("### 3.1.3 梯度下降\n", "", "heading"),
        ("{figure: tangent}\n", "", "figure"),
        ("{exercise: numerical-grad}\n", "", "numerical-grad"),
        ("print(x.grad)\n", "print(x.grad, 1)\n", "3.1.1"),
        ("print(x.grad)\n```\n\n```output\ntensor([4., 3.])\n```\n", "print(x.grad)\n```\n", "without its output"),
        ("梯度指向上坡。想讓損失變小", "多一段。\n\n梯度指向上坡。想讓損失變小", "paragraphs"),
        ("raises=RuntimeError", "raises=TypeError", "differs"),
        ("{figure: tangent}", "{picture: tangent}", "picture"),
        ("```output", "```outptu", "differs"),
    ],
)
def test_a_language_that_lacks_something_is_named(copy: Path, old: str, new: str, said: str) -> None:
    edit(copy / "zh-hant.md", old, new)
    found = mistakes(copy)
    assert any(said in mistake for mistake in found), found
    assert all(mistake.startswith(("zh-hant.md: ", "en.md: ")) for mistake in found)


def test_comments_may_differ_and_all_mistakes_come_at_once(copy: Path) -> None:
    edit(copy / "zh-hant.md", "# 五筆資料", "# 資料共五筆")
    chapters.load(copy)
    edit(copy / "zh-hant.md", "{figure: descent}\n", "")
    edit(copy / "en.md", "{exercise: hvp}\n", "{exercise: hpv}\n")
    edit(copy / chapters.MANIFEST, 'exercises = ["grad-clip"]', "exercises = []")
    text = "\n".join(mistakes(copy))
    for word in ("figure descent", "'hpv'", "'hvp'", "'grad-clip'"):
        assert word in text


@pytest.mark.parametrize(
    ("locale", "part"),
    CHAPTER.blocks,
    ids=[f"{locale}-{part.line}" for locale, part in CHAPTER.blocks],
)
def test_blocks_show_what_the_text_says(locale: str, part: Part, sandbox_client: Client) -> None:
    assert chapters.difference(part, run_block(sandbox_client, part.text)) == ""


def test_a_block_that_shows_something_else_is_noticed(sandbox_client: Client) -> None:
    part = Part(kind="block", text="print(1)\n", line=1, runs=True, output="1\n")
    assert chapters.difference(part, run_block(sandbox_client, part.text)) == ""
    for changed in (
        Part(kind="block", text="print(2)\n", line=1, runs=True, output="1\n"),
        Part(kind="block", text="print(1)\n1 / 0\n", line=1, runs=True, output="1\n"),
        Part(kind="block", text="print(1)\n", line=1, runs=True, output="1\n", raises="RuntimeError"),
        Part(kind="block", text="print(1)\n", line=1, runs=True, output="1\n", warns="UserWarning"),
        Part(kind="block", text="print(1)\n", line=1, runs=True, output="1\n", plots=1),
    ):
        assert chapters.difference(changed, run_block(sandbox_client, changed.text))


@pytest.mark.parametrize("name", figures.PROGRAMS)
def test_figures_numbers_are_those_of_a_run_now(name: str, sandbox_client: Client) -> None:
    kept = figures.read_numbers(FOLDER, name)
    assert figures.differences(kept, figures.measure(FOLDER, name, sandbox_client)) == []
    assert figures.differences(kept, {**kept, next(iter(kept)): "changed"})


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", figures.SOURCES)
def test_figures_say_in_words_what_they_show(name: str, locale: str) -> None:
    figure = figures.show(CHAPTER, name, locale)
    assert len(figure.alternative) > 40 and figure.title and figure.caption
    assert "{" not in figure.alternative + figure.caption
    for index, (_title, svg) in enumerate(figure.frames):
        root = ElementTree.fromstring(svg)
        assert "style" not in svg and root.get("viewBox")
        if index:
            assert root.get("aria-hidden") == "true"
        else:
            ids = {element.get("id"): element.text for element in root.iter() if element.get("id")}
            title, description = (ids[key] for key in (root.get("aria-labelledby") or "").split())
            assert (title, description) == (figure.title, figure.alternative)


def test_figures_differ_between_languages_only_in_words() -> None:
    for name in figures.SOURCES:
        shapes = [
            [element.tag for element in ElementTree.fromstring(svg).iter()]
            for locale in LOCALES
            for _title, svg in figures.show(CHAPTER, name, locale).frames
        ]
        half = len(shapes) // 2
        assert shapes[:half] == shapes[half:]


def test_a_plot_arrives_as_a_plain_picture(sandbox_client: Client) -> None:
    (plot,) = run_block(sandbox_client, PLOT).plots
    assert plain_png(plot) == plot
    assert len(run_block(sandbox_client, PLOT * 6).plots) == 4
    assert len(run_block(sandbox_client, PLOT.replace("plt.show()", "")).plots) == 1


def test_what_is_no_plain_picture_is_dropped(sandbox_client: Client) -> None:
    (plot,) = run_block(sandbox_client, PLOT).plots
    assert plain_png(plot[:-1]) == b"" and plain_png(b"GIF89a" + plot) == b""
    flipped = bytearray(plot)
    flipped[len(plot) // 2] ^= 1
    assert plain_png(bytes(flipped)) == b""
    wide = plot[:16] + (1 << 20).to_bytes(4, "big") + plot[20:]
    assert plain_png(wide) == b""
    forged = """
import sys, torch, types
fake = types.ModuleType("matplotlib.pyplot")
sys.modules["matplotlib.pyplot"] = fake
import exercises.harness.plots as plots
plots.shown = lambda: [torch.zeros(9, dtype=torch.uint8), torch.zeros(3), "x", torch.zeros(2, 2, dtype=torch.uint8)]
"""
    seen = run_block(sandbox_client, forged)
    assert seen.plots == [] and not seen.broken


def test_how_a_block_may_end(sandbox_client: Client) -> None:
    seen = run_block(sandbox_client, "import torch\nx = torch.ones(2, requires_grad=True)\nx.backward()\n")
    assert (seen.line, seen.error.partition(":")[0]) == (3, "RuntimeError")
    assert [note.id for note in seen.notes] == ["error.non_scalar_backward"]
    assert [note.id for note in run_block(sandbox_client, "print(1\n").notes] == ["syntax_error"]
    assert [note.id for note in run_block(sandbox_client, "print(1)\nexit()\n").notes] == ["exited"]
    with pytest.raises(ValueError, match="limit"):
        run_block(sandbox_client, "#" * (MAX_SOURCE_BYTES + 1))


def test_filling_writes_what_blocks_print(sandbox_client: Client) -> None:
    text = "```python run\nprint(6 * 7)\n```\n\n```output\nold\n```\n"
    assert chapters.fill(text, lambda source: run_block(sandbox_client, source)) == text.replace("old", "42")


def test_the_bundled_text_is_a_chapter() -> None:
    assert isinstance(CHAPTER, Chapter)
    assert len(CHAPTER.blocks) > 30
