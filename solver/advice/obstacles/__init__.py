"""What keeps one worker from one visit: the smallest set of obstacles whose removal lets her come, by trying.

The kernel tries what its arrays can hold (forbidden pairs, hours, ties, visits taken out); the plain rules
try the rest on paper, say what breaks with which figures, and are asked again with every obstacle found so
far out of the way (`easing`), until nothing breaks. So a set is enough by construction; what it could do
without is taken out.
"""
