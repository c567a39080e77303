"""What access costs on a channel of the size to hold: 1,000 partners and 1,000,000 leads, on both databases."""
