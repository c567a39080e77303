"""What is sold, and what customers own."""
