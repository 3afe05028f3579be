"""People who log in, by e-mail address."""

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models


class UserAccounts(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """What a user may do follows from memberships alone; Django's groups and permissions are not used.

    `last_overview_at` is within an hour of when the overview was last looked at, `previous_overview_at` the same of the
    visit before this one: `actions.visits` moves them. `list_columns` are the columns that they keep, by list.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    last_overview_at = models.DateTimeField(null=True, blank=True)
    previous_overview_at = models.DateTimeField(null=True, blank=True)
    list_columns = models.JSONField(default=dict, blank=True)

    objects: ClassVar[UserAccounts] = UserAccounts()  # type: ignore[assignment]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email
