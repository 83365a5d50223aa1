"""Communities: how each one stands in a period, who is in it, and the register and duty table the team keeps."""
