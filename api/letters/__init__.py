"""The words of what the service sends: letters and SMS to workers, providers and coordinators."""
