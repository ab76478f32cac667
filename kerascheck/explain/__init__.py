"""Training logs: what each line says, and which findings they speak for."""
