"""Rotas of on-call duties: proposed, changed by hand, published into the rows of their workers"""
