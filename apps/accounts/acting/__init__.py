"""Staff act for a freelancer: with a reason, in sight, for half an hour at most, and without what is the person's alone."""
