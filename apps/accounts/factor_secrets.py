"""The secrets of second factors, for rotation: allauth keeps them sealed inside the JSON of its own table."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import connection

from apps.core import crypto
from apps.core.sealed_columns import Sealed

NOBODY: Final = 0  # allauth seals a secret before it tells whose it is
PURPOSE: Final = "mfa"
_SWAP: Final = """
UPDATE mfa_authenticator SET data = jsonb_set(data, %(place)s::text[], to_jsonb(%(new)s::text))
WHERE id = %(pk)s AND data #>> %(place)s::text[] = %(old)s
"""


class FactorSecrets:
    """Only the sealed text is replaced: which recovery codes are used up stands beside it, and may change meanwhile."""

    name = "mfa.Authenticator.data"

    def batch(self, *, after: int, most: int, unless_by: str) -> list[Sealed]:
        found: list[Sealed] = []
        rows = Authenticator.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "data")
        for pk, data in rows.iterator(chunk_size=most):
            found += [
                Sealed(pk, NOBODY, PURPOSE, token, place)
                for place, token in _sealed_in(data)
                if crypto.key_id_of(token) != unless_by
            ]
            if len(found) >= most:
                break
        return found

    def swap(self, old: Sealed, token: str) -> bool:
        place = "{" + old.place.replace(".", ",") + "}"
        values: dict[str, int | str] = {"pk": old.pk, "place": place, "old": old.token, "new": token}
        with connection.cursor() as cursor:
            cursor.execute(_SWAP, values)
            return bool(cursor.rowcount)

    def tokens(self) -> Counter[str]:
        rows = Authenticator.objects.values_list("data", flat=True).iterator()
        return Counter(crypto.key_id_of(token) for data in rows for _place, token in _sealed_in(data))


def _sealed_in(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """An authenticator's secret, the seed of recovery codes, or codes that came from elsewhere."""
    for name in ("secret", "seed"):
        if isinstance(data.get(name), str):
            yield name, data[name]
    for number, code in enumerate(data.get("migrated_codes") or ()):
        yield f"migrated_codes.{number}", code
