"""The author's side inside the jail: the student's role, the checker's role, and what authors import."""
