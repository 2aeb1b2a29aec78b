"""How the samples are made. Figures and prose are invented; what is true of a report is known before it is written."""
