"""Pages of reviewers: the queue, a case and the decision on it, what follows from it."""
