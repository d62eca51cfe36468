"""From Problem to Plan: the compiled model, the engines that search it, and the proof of what they found."""

DISTRIBUTION = "brigade-domicile"
