"""What hours cost and who pays them: releases, funding lines, evidence, payroll, indicators by period."""
