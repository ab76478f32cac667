"""What the plugin of pytest does once it is asked for something."""
