"""How inputs are changed as what they are: JSON, archives, programs."""
