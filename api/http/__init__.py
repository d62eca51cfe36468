"""Between a request and the store: units of work, problem+json, pages of lists, tables, the documented
contract."""
