"""Nobody sees a file by itself: a room above shows it with the record that it belongs to."""

from tradewind.crm.access import register, whoever_has
from tradewind.crm.files.models import StoredFile

register(StoredFile, whoever_has())
