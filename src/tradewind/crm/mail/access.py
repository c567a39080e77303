"""Letters hold links that let people in: nobody reads them in a portal. The demo's mailbox is the one exception."""

from tradewind.crm.access import register, whoever_has
from tradewind.crm.mail.models import KeptMail

register(KeptMail, whoever_has())
