"""What no single rule says: one folder or file a behaviour, over what the engine has matched."""
