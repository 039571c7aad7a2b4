"""A user's sessions: records, where they are kept, and how many hold which model."""
