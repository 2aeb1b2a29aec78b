"""Side by side with what people use instead: the same files, in one run, each tool in a throw-away environment."""
