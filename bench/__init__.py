"""What is measured, not tested: accuracy, speed, faults. Shares no code with the readers and matchers it measures."""
