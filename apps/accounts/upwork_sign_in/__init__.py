"""“Sign in with Upwork”, as a provider of allauth. It says who somebody is; jobs come through a connection of their own."""
