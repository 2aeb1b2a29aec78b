"""The inward verbs: file → Document → matches → Extraction → warehouse. One step, one file."""
