"""What other people's tools make of the OpenAPI document: `make openapi-lint`."""
