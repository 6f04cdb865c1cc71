"""The main job: logs in; matches, findings and the account of everything read, refused or lost out."""
