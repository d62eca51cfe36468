"""What a basin is made of and how it wants to be planned: people, services, settings, maps of sectors."""
