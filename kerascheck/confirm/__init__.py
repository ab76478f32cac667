"""Reference training: a finding is measured before and after its fix."""
