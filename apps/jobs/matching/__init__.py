"""Every saved search against a batch of jobs, in memory."""
