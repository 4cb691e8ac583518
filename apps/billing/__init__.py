"""Plans and what they entitle to."""
