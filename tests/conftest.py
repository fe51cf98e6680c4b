"""For all tests: compiled automata are kept by digest in the user's cache folder, as commands keep them."""

import os
import signal

from guard.detect.automata import kept
from guard.wiring.heart import user_cache

os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the language of the terminal
kept.DEFAULT_FOLDER = user_cache()
# A run started in the background (`make test &`) ignores Ctrl-C, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
