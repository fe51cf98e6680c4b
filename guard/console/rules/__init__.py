"""Pages of policy authors: the policies in force, a change of them, the playground."""
