"""Tables of answers that survey tools export."""
