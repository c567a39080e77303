"""What the channel manager fills in, one subject a file."""
