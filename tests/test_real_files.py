"""The page about real files says what the reader does today."""

from __future__ import annotations

import importlib.util


def test_the_page_about_real_files_is_up_to_date(root, real_data) -> None:
    spec = importlib.util.spec_from_file_location("make_real_files", root / "docs" / "make_real_files.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    page = (root / "docs" / "real-files.md").read_text(encoding="utf-8")
    assert page == maker.make(real_data), "run `python docs/make_real_files.py`"
