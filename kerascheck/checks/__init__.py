"""From what is read to one report: described, judged, suppressed."""
