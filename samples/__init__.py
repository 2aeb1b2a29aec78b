"""The made-up district: its reports, what is true of them, files that must be refused, and what makes them all."""
