"""Looking at work and grades: who sent what, comments and flags, points put right by hand, the gradebook and the audit."""
