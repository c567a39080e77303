"""Keep secrets out of log lines, whoever writes them."""

import logging
import re

HIDDEN = "[hidden]"
NAMED = re.compile(
    r"""(?ix) \b (
        [\w-]* (?: password | passwd | secret | token | api[_-]?key | engine[_-]?key | session_?id | csrf ) [\w-]*
        ["']? \s* [=:] \s* ["']?
    ) ([^\s"'&,;]+)"""
)
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
IN_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s:/@]+:)[^\s@/]+@")


def redact(text: str) -> str:
    """The text with the values of passwords, keys and tokens hidden.

    >>> redact("login failed, password=hunter2 for /x")
    'login failed, password=[hidden] for /x'
    """
    text = BEARER.sub(rf"\1 {HIDDEN}", text)
    text = NAMED.sub(rf"\1{HIDDEN}", text)
    return IN_URL.sub(rf"\1{HIDDEN}@", text)


class Redact(logging.Filter):
    """A filter for handlers: rewrites each record's message."""

    def filter(self, record: logging.LogRecord) -> bool:
        written = record.getMessage()
        hidden = redact(written)
        if hidden != written:
            record.msg, record.args = hidden, ()
        return True
