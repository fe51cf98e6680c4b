"""A company's own decisions, learnt by the model of topics: what they say, how the model moves, what that is worth."""
