"""The service under load: 50 managers and 5 coordinators over HTTP, by Locust, while their basin is being
solved."""
