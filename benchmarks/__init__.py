"""Speed and memory, measured as ratios against a peer in one run."""
