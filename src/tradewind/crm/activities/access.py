"""An activity is seen through the record it hangs on; on its own only by administrators."""

from tradewind.crm.access import register, whoever_has
from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import Role

register(Activity, whoever_has(Role.ADMINISTRATOR))
