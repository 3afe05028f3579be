"""Filters that a person keeps under a name."""

from django.db import models


class SavedFilter(models.Model):
    """`page` names the list, `query` is the part of its address that says what is shown: filters, order, columns."""

    user = models.ForeignKey("User", models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1500, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("user", "page", "name"), name="saved_filter_once"),)

    def __str__(self) -> str:
        return self.name
