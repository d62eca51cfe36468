"""What goes over the wire beyond `brigade.exchange`: requests, and answers as the OpenAPI document tells
them."""
