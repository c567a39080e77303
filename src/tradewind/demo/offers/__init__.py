"""The twelve offers of Larkfield's marketing, in both languages, as the marketer would have written them.

Nouns: written offer, written profile, words (one treatment). Rules speak of the condition groups that
`tradewind.demo.toolkit` declares. Ten offers of products and two messages; one is always shown, one only by default.
"""

from tradewind.demo.offers.care import CARE
from tradewind.demo.offers.messages import MESSAGES
from tradewind.demo.offers.new_machines import NEW_MACHINES
from tradewind.demo.offers.upgrades import UPGRADES
from tradewind.demo.offers.written import Words, WrittenOffer, WrittenProfile

OFFERS: tuple[WrittenOffer, ...] = (*CARE, *UPGRADES, *NEW_MACHINES, *MESSAGES)

__all__ = ["OFFERS", "Words", "WrittenOffer", "WrittenProfile"]
