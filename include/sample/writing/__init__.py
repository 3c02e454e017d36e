"""How case systems write: dialects, and the texts of CSV files."""
