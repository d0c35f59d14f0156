"""English and Traditional Chinese hold the same: whatever one of them lacks is noticed."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from exercises import chapter as chapters
from exercises.chapter import ChapterInvalid
from exercises.format import LOCALES, Exercise, ExerciseInvalid, Mistake, bundled, from_files, load

CHAPTER = chapters.folder_of(3)
# Everything that stands in the text by itself: with its output, a block is one thing.
PIECES = {
    "heading": r"^#{2,3} .*\n",
    "exercise": r"^\{exercise: .*\}\n",
    "figure": r"^\{figure: .*\}\n",
    "block": r"^```python run.*\n(?:.*\n)*?```\n(?:\n```output\n(?:.*\n)*?```\n)?",
}
FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def exercises() -> dict[str, Exercise]:
    return {slug: load(path) for slug, path in bundled().items()}


def without_each(text: str, pattern: str) -> Iterator[tuple[str, str]]:
    """(what was taken out, the text without it) for every occurrence."""
    for found in re.finditer(pattern, text, re.MULTILINE):
        yield found[0].split("\n")[0], text[: found.start()] + text[found.end() :]


@pytest.mark.parametrize(("piece", "least"), [("heading", 16), ("exercise", 33), ("figure", 7), ("block", 30)])
def test_nothing_can_be_left_out_of_one_chapter(tmp_path: Path, piece: str, least: int) -> None:
    """Each piece is taken out of one language, in turn."""
    for name in (chapters.MANIFEST, *(f"{locale}.md" for locale in LOCALES)):
        shutil.copy(CHAPTER / name, tmp_path / name)
    unnoticed, count = [], 0
    for turn, locale in enumerate(LOCALES):
        file = tmp_path / f"{locale}.md"
        whole = file.read_text(encoding="utf-8")
        for name, rest in list(without_each(whole, PIECES[piece]))[turn::2]:
            file.write_text(rest, encoding="utf-8")
            count += 1
            try:
                chapters.load(tmp_path)
            except ChapterInvalid:
                continue
            unnoticed.append(f"{locale}: {name}")
        file.write_text(whole, encoding="utf-8")
    assert count >= least
    assert unnoticed == []
    chapters.load(tmp_path)


def mistakes(slug: str, **changed: str | None) -> list[Mistake]:
    """What is wrong with the exercise after these files were changed, or taken away; without its many mutants."""
    files = {name: text for name, text in exercises()[slug].files.items() if "/" not in name}
    files |= {name: text for name, text in changed.items() if text is not None}
    with pytest.raises(ExerciseInvalid) as caught:
        from_files(slug, {name: text for name, text in files.items() if changed.get(name, "") is not None})
    return caught.value.mistakes


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slug", bundled())
def test_nothing_can_be_left_out_of_one_exercise(slug: str, locale: str) -> None:
    text = exercises()[slug].files["exercise.toml"]
    texts = re.compile(rf"^(?:[\w.-]+\.)?{locale} = .*\n", re.MULTILINE)
    rest, count = texts.subn("", text)
    # A title, three hints, and a title for each test at least.
    assert count >= 4 + len(exercises()[slug].tests)
    missed = [mistake for mistake in mistakes(slug, **{"exercise.toml": rest}) if mistake.key.endswith(locale)]
    named = {mistake.key for mistake in missed}
    assert len(named) == count
    assert sum(key.startswith("hints") for key in named) == 3
    statement = f"statement.{locale}.md"
    assert statement in [mistake.file for mistake in mistakes(slug, **{statement: None})]


@pytest.mark.parametrize("slug", bundled())
def test_a_hint_is_missed(slug: str) -> None:
    hints = list(without_each(exercises()[slug].files["exercise.toml"], r"^\[\[hints\]\]\n(?:[a-z-]+ = .*\n)+"))
    assert len(hints) == 3
    found = mistakes(slug, **{"exercise.toml": hints[0][1]})
    assert any("has 2 entries" in mistake.what for mistake in found)


@pytest.mark.parametrize("slug", bundled())
def test_statements_hold_the_same(slug: str) -> None:
    english, chinese = (outline(exercises()[slug].statement(locale)) for locale in LOCALES)
    assert english == chinese


def outline(markdown: str) -> dict[str, object]:
    """What a translation leaves as it is."""
    prose = FENCE.sub("", markdown)
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)],
        "items": len(re.findall(r"^(?:[-*]|\d+\.) ", prose, re.MULTILINE)),
        "rows": len(re.findall(r"^\|", prose, re.MULTILINE)),
        "formulas": len(re.findall(r"^\$\$", prose, re.MULTILINE)),
        "names": set(re.findall(r"`[^`\n]+`", prose)),
        "code": [statements(code) if kind == "python" else code.count("\n") for kind, code in FENCE.findall(markdown)],
    }


def statements(code: str) -> object:
    """Code without its comments, which are translated."""
    try:
        return ast.dump(ast.parse(code))
    except SyntaxError:
        return re.sub(r"#.*", "", code).split()


def test_statements_that_differ_are_noticed() -> None:
    same = "# A\n\nOf `x`:\n\n- b\n\n$$\ny\n$$\n\n| c | d |\n|---|---|\n\n```python\nx = 1  # e\n```\n"
    assert outline(same) == outline(same.replace("# e", "# 註").replace("Of", "論"))
    for old in ("# A\n", "- b\n", "$$\ny\n$$\n", "| c | d |\n", "`x`", "x = 1", "```python\nx = 1  # e\n```\n"):
        assert outline(same) != outline(same.replace(old, "")), old


@pytest.mark.parametrize("slug", bundled())
def test_chinese_is_chinese(slug: str) -> None:
    """And no English text that was copied to be translated later."""
    exercise = exercises()[slug]
    texts = [exercise.title, *exercise.hints]
    texts += [test.title for test in exercise.tests.values()] + [public.title for public in exercise.public.values()]
    texts += [text for known in exercise.misconceptions.values() for text in (known.title, known.explanation)]
    for text in texts:
        # What is all code has only another punctuation.
        assert HAN.search(text.zh_hant) or re.search(r"[=*>]|\w\(|\w\.\w", text.en), text.zh_hant
        assert not HAN.search(text.en), text.en
    assert HAN.search(exercise.statement("zh-hant")) and not HAN.search(exercise.statement("en"))
