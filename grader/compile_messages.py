"""Translations without the gettext programs: `python -m grader.compile_messages [--update]`.

Plain, it compiles each .po under grader/locale to the .mo that Django reads. With `--update` it first brings the .po
files up to date: new texts are added without a translation, texts that are nowhere used any more are dropped.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "grader" / "locale"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

# No names and dates: version control knows them, and they would differ after every update.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def sources() -> Iterator[Path]:
    """The Python files and templates with texts for people. The exercises' own texts carry both languages themselves."""
    for folder in ("grader", "exercises"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html") and not {"content", "skeleton", "harness", "migrations"} & set(
                path.parts
            ):
                yield path


def as_python(path: Path) -> bytes:
    """The file as Python calls; a template's text becomes names without a meaning."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        lines = templatize(text, origin=str(path)).splitlines()
        # Indentation would have a meaning to Python's tokenizer.
        text = "\n".join(line.strip() for line in lines) + "\n"
    return text.encode()


def extract_texts() -> Catalog:
    """Every text that is marked for translation, with the files that use it."""
    catalog = Catalog(charset="utf-8")
    for path in sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(as_python(path)), keywords=KEYWORDS):
            # Line numbers would change with every edit.
            catalog.add(message, locations=[(path.relative_to(ROOT).as_posix(), None)], context=context)
    return catalog


def po_files() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(path: Path) -> None:
    """Bring one .po up to date with the sources, sorted by text."""
    catalog = read(path)
    catalog.update(extract_texts(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    header = HEADER.format(language=path.parent.parent.name, plural_forms=catalog.plural_forms)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalog, width=120, sort_output=True, omit_header=True, include_lineno=False)


def compile_file(path: Path) -> None:
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(path))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m grader.compile_messages", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--update", action="store_true", help="first add new texts to the .po files and drop unused ones"
    )
    options = parser.parse_args()
    for path in po_files():
        if options.update:
            update(path)
            missing = sum(not message.string for message in read(path) if message.id)
            print(f"{path.relative_to(ROOT)}: {missing} texts without a translation")
        compile_file(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
