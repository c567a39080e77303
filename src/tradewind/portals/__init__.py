"""Portals: what each person sees and may do.

One package a portal (`marketer`, `agent`, …) and `ui`, the design system they all stand on.
A portal holds views, forms, templates and its navigation; it has no models and no rules of the
business, which live in `tradewind.crm`. Portals know `ui` and the CRM, never each other.
Called by `tradewind.config` only.
"""
