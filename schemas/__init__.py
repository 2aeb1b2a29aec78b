"""The nouns of tonghop: what things are. Imports nothing else of ours."""
