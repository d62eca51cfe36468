"""Reports of periods that are over: issued by somebody, kept as issued, told so ever after."""
