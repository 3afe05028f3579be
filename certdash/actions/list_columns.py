"""The columns of a list that one person keeps. Nobody else sees them, so they are no entry of the activity."""

from django.db import transaction

from certdash.models import User


@transaction.atomic
def keep_columns(user_id: int, page: str, columns: str) -> None:
    """Empty forgets them. The row is read anew: another window may have kept those of another list meanwhile."""
    user = User.objects.select_for_update().only("list_columns").get(pk=user_id)
    others = {name: text for name, text in user.list_columns.items() if name != page}
    user.list_columns = others | {page: columns} if columns else others
    user.save(update_fields=["list_columns"])
