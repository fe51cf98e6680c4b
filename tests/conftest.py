"""For all tests: compiled automata are kept by digest in the user's cache folder, as commands keep them."""

from guard.detect import prefilter
from guard.wiring.heart import user_cache

prefilter.DEFAULT_CACHE = user_cache()
