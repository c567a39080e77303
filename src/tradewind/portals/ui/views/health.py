"""For those who watch over the process: is it alive, may it get requests."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and knows every table this code expects."""
    try:
        missing = unapplied_migrations()
    except DatabaseError:
        return JsonResponse({"status": "unready", "because": "database"}, status=503)
    if missing:
        return JsonResponse({"status": "unready", "because": "migrations", "missing": missing}, status=503)
    return JsonResponse({"status": "ready"})


def unapplied_migrations() -> list[str]:
    """Names of the migrations that are still to run, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, backwards in plan if not backwards]
