"""What an agent can talk about: offers may ask for a skill."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserSkill(models.Model):
    user = models.ForeignKey(
        "identity.User", on_delete=models.CASCADE, related_name="user_skills", verbose_name=_("user")
    )
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="user_skills", verbose_name=_("skill"))

    class Meta:
        verbose_name = _("skill of a user")
        verbose_name_plural = _("skills of users")
        constraints = [models.UniqueConstraint(fields=["user", "skill"], name="a_skill_once_a_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.skill}"
