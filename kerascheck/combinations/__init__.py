"""Which head, loss, labels and metrics go together: judged, and measured."""
