"""Why somebody may do something with an object, why not, and who may. An administrator reads every name on the way."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tradewind.crm.access import explain as reasons
from tradewind.crm.access import requires
from tradewind.crm.access.scope import SightNotListedError
from tradewind.crm.access.who import who_can
from tradewind.crm.identity.models import User
from tradewind.portals.administrator.finding import MOST, objects, people
from tradewind.portals.administrator.forms.explain import Question
from tradewind.portals.administrator.rights import ADMINISTRATORS
from tradewind.portals.administrator.wording import plural_of
from tradewind.portals.ui.person import person

PAGE = 25


@requires(*ADMINISTRATORS)
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    question = Question(request.GET if "kind" in request.GET else None)
    context: dict[str, Any] = {"form": question}
    if question.is_bound and question.is_valid():
        context |= answered(request, question)
    return render(request, "administrator/explain.html", context, status=422 if question.errors else 200)


def answered(request: HttpRequest, question: Question) -> dict[str, Any]:
    """The object, or those that may be meant; and the same for the person."""
    user, asked = person(request), question.cleaned_data
    found = objects(user, question.model, asked["object"])
    if not found:
        said = {"text": asked["object"], "kind": plural_of(question.model)}
        question.add_error("object", _("Nothing is called “%(text)s” among: %(kind)s.") % said)
    if len(found) != 1:
        return {"objects": found[:MOST], "are_more": len(found) > MOST}
    return about(request, question, found[0]) | named(request, question, found[0])


def about(request: HttpRequest, question: Question, record: Model) -> dict[str, Any]:
    """Who may do it with this object."""
    known = {"record": record, "kind": record._meta.verbose_name, "action": question.action_asked}
    try:
        users = who_can(record, question.action_asked).order_by("name", "pk")
    except SightNotListedError:
        return known | {"is_listed": False}
    return known | {"is_listed": True, "page": Paginator(users, PAGE).get_page(request.GET.get("page"))}


def named(request: HttpRequest, question: Question, record: Model) -> dict[str, Any]:
    """Why the person who was named may do it, or why not."""
    text = question.cleaned_data["who"]
    if not text:
        return {}
    found = people(person(request), text)
    if not found:
        question.add_error("who", _("Nobody is called “%(text)s”.") % {"text": text})
    if len(found) != 1:
        return {"people": found[:MOST], "are_more": len(found) > MOST}
    return {"subject": found[0], "explained": why(found[0], record, question)}


def why(subject: User, record: Model, question: Question) -> reasons.Explanation:
    return reasons.explain(subject, record, question.action_asked)
