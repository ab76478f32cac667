"""Models and labels that are not files of this machine, through fsspec."""
