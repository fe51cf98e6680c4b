"""Speed and memory of the gate beside its peers, measured in one run on one machine: only ratios are portable."""
