"""What people run on a checkout: set-up, checks, builds. Not part of the installed package."""
