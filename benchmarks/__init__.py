"""How fast, against whom: one file a job."""
