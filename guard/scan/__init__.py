"""Many posts at once: JSON Lines in, records out in input order, the same inspector as the gate's."""
