"""The command line: one file a command, each of which parses nothing, calls the library and renders."""
