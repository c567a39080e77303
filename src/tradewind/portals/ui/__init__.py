"""The design system: tokens, components, and the pages that belong to no single portal.

Nouns: a *component* is a template partial in `templates/ui/` with one class of `kit.css`;
a *portal* is declared with `navigation.Portal` and found by its `navigation.py`; *appearance* is
the language, theme and density a person chose.
Invariants: no inline style or script; every flow works without JavaScript; every visible text is
translated; a tone never stands without a word.
Portals call it through `{% extends "ui/base.html" %}`, `{% load ui %}` and `navigation`.
"""
