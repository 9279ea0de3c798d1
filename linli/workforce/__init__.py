"""The workforce (队伍): who works for a community, how they are trained, graded and where people are missing."""
