"""shell: the design system, the frame of every page, doors, headers, answers to refusals."""
