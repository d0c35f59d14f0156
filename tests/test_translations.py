"""Every text for people exists in both languages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from grader.compile_messages import ROOT, compile_file, extract_texts, po_files, read

TEMPLATES = sorted((ROOT / "grader" / "templates").rglob("*.html"))
# The page that is shown when nothing else works has both languages in it and no tags that could fail.
BILINGUAL = {"500.html"}
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)
CLASS_NAMES = re.compile(r"{%\s*block \w+_class\s*%}.*?{%\s*(?=endblock)")
SIMPLIFIED = set("这个们为学习题数组张图错误请试间网络认证户码")
LETTERS = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def messages() -> dict[tuple[object, object], Message]:
    """The Traditional Chinese catalogue by text and context."""
    (path,) = po_files()
    return {(message.id, message.context): message for message in read(path) if message.id}


def test_every_text_is_translated(messages: dict[tuple[object, object], Message]) -> None:
    wanted = {(message.id, message.context) for message in extract_texts() if message.id}
    assert wanted, "nothing was extracted"
    remedy = "run `python -m grader.compile_messages --update` and translate"
    assert wanted - messages.keys() == set(), remedy
    assert messages.keys() - wanted == set(), remedy


def test_no_translation_is_empty_or_guessed(messages: dict[tuple[object, object], Message]) -> None:
    for message in messages.values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), f"no translation of {message.id!r}"
        assert not message.fuzzy, f"a guessed translation of {message.id!r}"


def test_translations_keep_placeholders_and_markup(messages: dict[tuple[object, object], Message]) -> None:
    def parts(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)[ds]|</?\w+>", text))

    for message in messages.values():
        meant = message.id[-1] if isinstance(message.id, tuple) else message.id  # Chinese has no singular
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert parts(text) == parts(meant), message.id


def test_chinese_reads_as_written_in_taiwan(messages: dict[tuple[object, object], Message]) -> None:
    """No simplified characters, and no half-width punctuation behind Chinese ones."""
    for message in messages.values():
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            assert not SIMPLIFIED & set(text), text
            assert not re.search(r"[\u4e00-\u9fff][,;:!?]", text), text


def test_compiled_files_hold_every_translation(tmp_path: Path, messages: dict[tuple[object, object], Message]) -> None:
    from babel.messages.mofile import read_mo

    (path,) = po_files()
    copy = tmp_path / "zh_Hant" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(path.read_bytes())
    compile_file(copy)
    with copy.with_suffix(".mo").open("rb") as file:
        assert len([message for message in read_mo(file) if message.id]) == len(messages)


class Texts(HTMLParser):
    """Collects what a reader of the page would see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = dict(attributes)
        if names.get("translate") != "no":
            self.found += [names[name] or "" for name in SHOWN_ATTRIBUTES & names.keys()]
        void = tag in ("meta", "link", "input", "br", "hr", "img")
        if not void and (self.silent or tag in ("code", "kbd", "script", "style") or names.get("translate") == "no"):
            self.silent += 1

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "grader" / "templates").as_posix())
def test_templates_hold_no_text_outside_translations(path: Path) -> None:
    if path.name in BILINGUAL:
        return
    parser = Texts()
    parser.feed(TAGS.sub(" ", CLASS_NAMES.sub("{%", TRANSLATED.sub(" ", path.read_text(encoding="utf-8")))))
    untranslated = [text.strip() for text in parser.found if LETTERS.search(text.replace("Gradus", ""))]
    assert untranslated == []
