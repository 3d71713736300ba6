"""HOW IT IS GOING: questionnaires as the patient answers them, their scores, and the help page that always answers."""
