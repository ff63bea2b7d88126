"""The course as learners meet it: items, answers, marks, the lesson's widgets, the file that is handed in."""
