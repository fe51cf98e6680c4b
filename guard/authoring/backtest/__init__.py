"""Two versions of the policies over the same posts: what would come out differently, why, and how much work it would make."""
