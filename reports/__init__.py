"""The outward verbs: an open read-only connection → what people read. Writes nothing to the warehouse."""
