"""Every view that a stranger may open. A test compares this list with the URL configuration, both ways."""

PUBLIC_VIEWS: frozenset[str] = frozenset(
    {
        # Is the process alive, can it answer?
        "ui:live",
        "ui:ready",
        # The design system, and how this browser shows it
        "ui:style-guide",
        "ui:preferences",
        "ui:shortcuts",
        # Signing in and out
        "ui:demo-sign-in",  # exists in the demo only
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",  # says that nobody signs up
        "account_confirm_login_code",
        "mfa_authenticate",
        # A forgotten password
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        # Becoming a partner, and coming in by an invitation
        "visitor:registration",
        "visitor:registration-sent",
        "visitor:confirmation",
        "visitor:invitation",
        "visitor:stores",
        "visitor:mailbox",  # exists in the demo only
        # An e-mail address, confirmed from a letter
        "account_confirm_email",
        "account_email_verification_sent",
    }
)
