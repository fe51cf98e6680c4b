"""What people read, in French and English: texts as data, and phrases that know how to be told in either language."""
