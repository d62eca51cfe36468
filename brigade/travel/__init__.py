"""Where minutes and metres come from: an estimate, a road graph, a routing server. An edge room: it may read
files."""
