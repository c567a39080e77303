"""Every model says who may see it, or hangs on one that does."""

from django.apps import apps
from simple_history.models import HistoricalChanges

from tradewind.crm.access import is_registered

INSIDE = {"parties.CustomerWord"}  # found through its customer, never shown


def test_every_model_says_who_may_see_it() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("tradewind.")]
    silent = {model._meta.label for model in ours if not is_registered(model)}
    kept_beside = {model._meta.label for model in ours if issubclass(model, HistoricalChanges)}
    assert silent - kept_beside == INSIDE
