"""今天: what a person sees first."""
