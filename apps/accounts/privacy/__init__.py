"""What the product holds of a person: said once by each room, and from that shown, handed out and erased.

Nothing here needs the models of accounts, so that every room can import it from its `AppConfig.ready()`.
"""

from apps.accounts.privacy.registry import Holding, holdings, register
from apps.accounts.privacy.tables import Column, Table, Upload, table_of
from apps.accounts.privacy.wording import days_in_words, during_account, for_days, lazily, nobody

__all__ = [
    "Column", "Holding", "Table", "Upload", "days_in_words", "during_account", "for_days", "holdings", "lazily", "nobody", "register", "table_of",
]  # fmt: skip
