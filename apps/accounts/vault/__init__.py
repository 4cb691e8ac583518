"""The vault: people's own keys, sealed. Other rooms ask `selectors` for an opened key and tell `services` how it went."""
