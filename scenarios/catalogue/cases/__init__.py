"""The named cases, story by story: each function draws one problem and says what it must show."""
