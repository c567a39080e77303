"""The pages that `make screenshots` photographs. A new screen gets a line here."""

from dataclasses import dataclass

MARKETER, AGENT, ADMINISTRATOR = "Hannah Lindqvist", "Daniel Wren", "Adam Novak"
CHANNEL_MANAGER = "Claire Okafor"
PARTNER, AT_TWO = "Petra Ionescu", "Nadia Quinn"
FIRST_OF_LIST = "main tbody th a >> nth=0"

START_OR_GO_ON = "main :is(form[action$='/conversation/'] button[type=submit], a.button[href*='/conversations/'])"
"""The first picture of the desk starts the conversation, the others go on with it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: where it is, who sees it (nobody: signed out), what is clicked before the picture (CSS selectors)."""

    name: str
    path: str
    who: str = ""
    clicks: tuple[str, ...] = ()


PAGES = (
    Shot("sign-in", "/accounts/login/"),
    Shot("password-reset", "/accounts/password/reset/"),
    Shot("style-guide", "/ui/"),
    Shot("person-menu", "/ui/shortcuts/", ADMINISTRATOR, (".person > summary",)),
    Shot("password", "/accounts/password/change/", MARKETER),
    Shot("two-factor", "/accounts/2fa/", MARKETER),
    Shot("nothing-here", "/nowhere/", MARKETER),
    Shot("marketing", "/marketing/", MARKETER),
    Shot("campaigns", "/marketing/campaigns/", MARKETER),
    Shot("campaign", "/marketing/campaigns/", MARKETER, ("main tbody a >> nth=0",)),
    Shot("offers", "/marketing/offers/", MARKETER),
    Shot("offers-none", "/marketing/offers/?q=nothing-is-called-so", MARKETER),
    Shot("offer", "/marketing/offers/", MARKETER, (FIRST_OF_LIST,)),
    Shot("offer-stop", "/marketing/offers/O-101/stop/", MARKETER),
    Shot("offer-stopped", "/marketing/offers/O-103/stop/", MARKETER, ("main form button[data-kind=danger]",)),
    Shot("offer-new", "/marketing/offers/new/", MARKETER),
    Shot("offer-predictor", "/marketing/offers/O-101/predictor/", MARKETER),
    Shot("publications", "/marketing/publications/", MARKETER),
    Shot("publication", "/marketing/publications/1/", MARKETER),
    Shot("publish", "/marketing/publications/next/", MARKETER),
    Shot("gate", "/marketing/publications/gate/", ADMINISTRATOR),
    Shot("toolkit", "/marketing/toolkit/", MARKETER),
    Shot("placement", "/marketing/toolkit/", MARKETER, ("#placements tbody a >> nth=0",)),
    Shot("access", "/access/", ADMINISTRATOR),
    Shot("access-rules", "/access/rules/", ADMINISTRATOR),
    Shot("access-rule", "/access/rules/lead-of-company/", ADMINISTRATOR),
    Shot("access-rule-new", "/access/rules/new/?kind=sales.lead", ADMINISTRATOR),
    Shot("access-rights", "/access/rights/", ADMINISTRATOR),
    Shot("access-right", "/access/rights/", ADMINISTRATOR, (FIRST_OF_LIST,)),
    Shot("access-right-new", "/access/rights/new/?rule=lead-all", ADMINISTRATOR),
    Shot("access-groups", "/access/groups/", ADMINISTRATOR),
    Shot("access-group-new", "/access/groups/new/", ADMINISTRATOR),
    Shot("access-explain", "/access/explain/", ADMINISTRATOR),
    Shot("access-review", "/access/review/", ADMINISTRATOR),
    Shot("access-changes", "/access/review/changes/", ADMINISTRATOR),
    Shot("customers", "/desk/", AGENT),
    Shot("customers-found", "/desk/?q=a", AGENT),
    Shot("customer", "/desk/customers/C-100001/", AGENT),
    Shot("desk", "/desk/customers/C-100001/", AGENT, (START_OR_GO_ON,)),
    Shot("conversations", "/desk/conversations/", AGENT),
    Shot("outbox", "/desk/waiting/", AGENT),
    Shot("partner-today", "/partner/", PARTNER),
    Shot("partner-leads", "/partner/leads/", PARTNER),
    Shot("partner-leads-none", "/partner/leads/?q=nobody-is-called-so", PARTNER),
    Shot("partner-lead", "/partner/leads/", PARTNER, ("main tbody th a >> nth=5",)),
    Shot("partner-lead-new", "/partner/leads/new/", PARTNER),
    Shot("partner-orders", "/partner/orders/", PARTNER),
    Shot("partner-customers", "/partner/customers/", PARTNER),
    Shot("partner-customer", "/partner/customers/", PARTNER, (FIRST_OF_LIST,)),
    Shot("partner-service", "/partner/tickets/", PARTNER),
    Shot("partner-campaigns", "/partner/campaigns/", PARTNER),
    Shot("partner-campaign", "/partner/campaigns/", PARTNER, ("main tbody th a >> nth=1",)),
    Shot("partner-notices", "/partner/notices/", PARTNER),
    Shot("partner-agreements", "/partner/agreements/", PARTNER),
    Shot("partner-team", "/partner/team/", PARTNER),
    Shot("partner-certificates", "/partner/agreements/certificates/", PARTNER),
    Shot("partner-store", "/partner/agreements/store/", PARTNER),
    Shot("partner-two-companies", "/partner/", AT_TWO),
    Shot("channel", "/channel/", CHANNEL_MANAGER),
    Shot("partners", "/channel/partners/", CHANNEL_MANAGER),
    Shot("partner", "/channel/partners/?status=onboarding", CHANNEL_MANAGER, (FIRST_OF_LIST,)),
    Shot(
        "partner-programme",
        "/channel/partners/?q=soimul",
        CHANNEL_MANAGER,
        (FIRST_OF_LIST, ".tabs a >> nth=1"),
    ),
    Shot(
        "channel-partner-certificates",
        "/channel/partners/?q=soimul",
        CHANNEL_MANAGER,
        (FIRST_OF_LIST, ".tabs a >> nth=2"),
    ),
    Shot(
        "contract",
        "/channel/partners/?q=soimul",
        CHANNEL_MANAGER,
        (FIRST_OF_LIST, ".tabs a >> nth=1", "main a[href*='/contracts/'] >> nth=0"),
    ),
    Shot("imports", "/channel/partners/imports/", CHANNEL_MANAGER),
    Shot("certificates", "/channel/certificates/", CHANNEL_MANAGER),
    Shot("partner-new", "/channel/partners/new/", CHANNEL_MANAGER),
    Shot("pipeline", "/channel/pipeline/", CHANNEL_MANAGER),
    Shot("registrations", "/channel/registrations/", CHANNEL_MANAGER),
    Shot("registration", "/channel/registrations/?state=waiting", CHANNEL_MANAGER, (FIRST_OF_LIST,)),
    Shot("work-leads", "/channel/leads/", CHANNEL_MANAGER),
    Shot("work-leads-view", "/channel/leads/?state=active&waits=employee", CHANNEL_MANAGER, (".saved-views summary",)),
    Shot("work-lead", "/channel/leads/?waits=answer", CHANNEL_MANAGER, (FIRST_OF_LIST,)),
    Shot("work-lead-hand", "/channel/leads/?state=declined", CHANNEL_MANAGER, (FIRST_OF_LIST, ".page-head a.button")),
    Shot("work-tickets", "/channel/tickets/", CHANNEL_MANAGER),
    Shot("channel-notices", "/channel/marketing/notices/", CHANNEL_MANAGER),
    Shot("channel-notice", "/channel/marketing/notices/", CHANNEL_MANAGER, (FIRST_OF_LIST,)),
    Shot("channel-campaigns", "/channel/marketing/", CHANNEL_MANAGER),
    Shot("channel-material", "/channel/marketing/material/", CHANNEL_MANAGER),
    Shot("channel-material-edit", "/channel/marketing/material/winter-check/", CHANNEL_MANAGER),
    Shot("become-a-partner", "/become-a-partner/"),
    Shot("territories", "/channel/territories/", CHANNEL_MANAGER),
    Shot("territory", "/channel/territories/north-london/", CHANNEL_MANAGER),
    Shot("partner-structure", "/channel/partners/?q=thames", CHANNEL_MANAGER, (FIRST_OF_LIST, ".tabs a >> nth=3")),
    Shot("channel-partner-store", "/channel/partners/?q=soimul", CHANNEL_MANAGER, (FIRST_OF_LIST, ".tabs a >> nth=4")),
    Shot("stores", "/stores/?q=N7"),
    Shot("mailbox", "/mail/"),
)
