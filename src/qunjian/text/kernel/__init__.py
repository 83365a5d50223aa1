"""The passes over text that are worth compiling: used when the extra [kernel] is installed and they are compiled."""
