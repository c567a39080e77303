"""Users and roles in the back office, where nobody is taken away without whom administrators would see less."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from tradewind.crm.access import operations
from tradewind.crm.access.lockout import LockedOutError
from tradewind.crm.identity.models import LastAdministratorError, RoleAssignment, User, UserSkill
from tradewind.crm.identity.roles import PARTNER_ROLES, Role


class CreationForm(UserCreationForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = User
        fields = ["email", "name"]


class ChangeForm(UserChangeForm):  # type: ignore[misc]  # unfold has no types
    class Meta:
        model = User
        fields = ["email", "name", "language"]


class UserSkillInline(TabularInline):  # type: ignore[misc]  # unfold has no types
    model = UserSkill
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]  # unfold has no types
    form, add_form, change_password_form = ChangeForm, CreationForm, AdminPasswordChangeForm
    list_display = ["name", "email", "is_active"]
    list_filter = ["is_active", "role_assignments__role"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    filter_horizontal = []
    fieldsets = [(None, {"fields": ["email", "name", "password", "language", "theme", "density", "is_active"]})]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    readonly_fields = ["last_login", "is_active"]
    actions = ["switch_off", "switch_on"]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[TabularInline]]:
        return [UserSkillInline] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A person who worked here stays in the records; they are switched off instead."""
        return False

    @admin.action(description=_("Switch off the chosen people"))
    def switch_off(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(is_active=True):
            try:
                with transaction.atomic():
                    operations.switch_off(user, now=timezone.now())
                    self.log_change(request, user, gettext("Switched off."))
            except (LastAdministratorError, LockedOutError) as refused:
                messages.error(request, str(refused))

    @admin.action(description=_("Switch on the chosen people"))
    def switch_on(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset.filter(is_active=False):
            with transaction.atomic():
                user.switch_on()
                self.log_change(request, user, gettext("Switched on."))


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["user", "role", "granted_at", "granted_by", "ended_at"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "granted_by"]
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    actions = ["end"]

    def has_change_permission(self, request: HttpRequest, obj: RoleAssignment | None = None) -> bool:
        return obj is None and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: RoleAssignment | None = None) -> bool:
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **how: Any) -> Any:
        """A partner's roles are held at a company, where a membership is changed."""
        if db_field.name == "role":
            how["choices"] = [choice for choice in db_field.get_choices() if choice[0] not in PARTNER_ROLES]
        return super().formfield_for_choice_field(db_field, request, **how)

    def save_model(self, request: HttpRequest, obj: RoleAssignment, form: ModelForm[Any], change: bool) -> None:
        obj.pk = obj.user.grant(Role(obj.role), actor=cast(User, request.user), now=timezone.now()).pk

    @admin.action(description=_("End the chosen roles"))
    def end(self, request: HttpRequest, queryset: QuerySet[RoleAssignment]) -> None:
        for row in queryset.filter(ended_at=None).select_related("user"):
            try:
                operations.withdraw(row.user, Role(row.role), actor=cast(User, request.user), now=timezone.now())
            except (LastAdministratorError, LockedOutError) as refused:
                messages.error(request, str(refused))
