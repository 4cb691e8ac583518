"""Django's PostgreSQL backend, which also tells the database whose rows the running code may see."""
