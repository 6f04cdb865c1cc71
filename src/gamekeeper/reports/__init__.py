"""What people and scripts are given: one file per output, all from one ``HuntResult``."""
