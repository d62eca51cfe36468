"""Rotas proposed for a quarter: who is on call when, within what the texts let, shared out fairly"""
