"""The site: pages that only it has, and the data of the chooser."""
