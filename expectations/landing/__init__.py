"""Gate 1: rules on what arrives. Each decides from its own batch alone, so the order of loading never matters."""
