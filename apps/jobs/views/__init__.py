"""Pages of the jobs room: request in, one selector or service, response out."""
