"""From a fix to files: the compile call in Python source, and a corrected copy."""
