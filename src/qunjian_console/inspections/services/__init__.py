"""What people change about inspections, a file per thing."""
