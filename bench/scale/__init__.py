"""How far one machine goes: many files in one go, a nation's warehouse over ten years, and how cost grows with size."""
