"""A person who signs in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models.holding import roles_of
from tradewind.crm.identity.models.role import RoleAssignment, keeping_an_administrator
from tradewind.crm.identity.roles import PARTNER_ROLES, Role


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    ROMANIAN = "ro", _("Romanian")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The first administrator, made on the command line: nobody granted the role."""
        user = self.create_user(email, password, **fields)
        user.grant(Role.ADMINISTRATOR, actor=None, now=timezone.now())
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    _roles: frozenset[Role] | None = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="one_user_an_address"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="address_in_small_letters"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="language_is_known"),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="theme_is_known"),
            models.CheckConstraint(condition=Q(density__in=Density.values), name="density_is_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    # --- Roles

    def roles(self) -> frozenset[Role]:
        """The roles that count now, a partner's only at the company acted for; read once for each object.

        Whoever has been switched off holds none, even if that happened after this object was read.
        """
        if self._roles is None:
            held, *more = roles_of(self.pk)
            found = held.union(*more).values_list("role", flat=True) if self.is_active else ()
            self._roles = frozenset(Role(role) for role in found)
        return self._roles

    def forget_roles(self) -> None:
        """Read them anew: something has changed about what counts."""
        self._roles = None

    def has_role(self, *roles: Role | str) -> bool:
        """Does the person hold at least one of these roles?"""
        return not self.roles().isdisjoint(roles)

    def grant(self, role: Role, *, actor: User | None, now: datetime) -> RoleAssignment:
        """Hold a role of the brand owner from now on; a role that is held already stays as it is.

        Raises:
            ValueError: the role is a partner's, which is held at a company: `membership.give`.
        """
        if role in PARTNER_ROLES:
            raise ValueError(f"{role} is held at a company")
        self._roles = None
        row, _created = RoleAssignment.objects.get_or_create(
            user=self, role=role, ended_at=None, defaults={"granted_at": now, "granted_by": actor}
        )
        return row

    def withdraw(self, role: Role, *, actor: User | None, now: datetime) -> None:
        """Hold a role no longer; the row stays and says until when.

        Raises:
            LastAdministratorError: nobody else who can sign in is an administrator.
        """
        self._roles = None
        with keeping_an_administrator():
            RoleAssignment.objects.filter(user=self, role=role, ended_at=None).update(ended_at=now, ended_by=actor)

    def switch_off(self) -> bool:
        """Sign in no longer, with every role kept; whether that was possible until now.

        Raises:
            LastAdministratorError: nobody else who can sign in is an administrator.
        """
        with keeping_an_administrator():
            was_on = User.objects.filter(pk=self.pk, is_active=True).update(is_active=False)
        self.is_active, self._roles = False, None
        return bool(was_on)

    def switch_on(self) -> None:
        """Sign in again, with the roles that are held."""
        User.objects.filter(pk=self.pk).update(is_active=True)
        self.is_active, self._roles = True, None

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        self._roles = None
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)

    def skill_codes(self) -> Sequence[str]:
        return list(self.user_skills.order_by("skill__code").values_list("skill__code", flat=True))

    # --- What the back office asks; only administrators have a table there

    @property
    def is_staff(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: Iterable[str], obj: models.Model | None = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
