"""What changed and what stands out: period comparison and anomaly test."""
