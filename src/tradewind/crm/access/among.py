"""A column among what a subquery selects, in the words that each database plans well."""

from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Subquery


class Among(Func):
    """`column IN (subquery)`. PostgreSQL scans the table where several of these are ORed, so there it is an array."""

    output_field = BooleanField()
    template = "%(expressions)s"
    arg_joiner = " IN "

    def __init__(self, column: str, ids: QuerySet[Any, Any], **extra: Any) -> None:
        super().__init__(F(column), Subquery(ids), **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY (ARRAY", **context)
