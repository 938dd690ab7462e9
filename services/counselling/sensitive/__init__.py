"""Confidential data of a case (residence, asylum, vulnerability, discrimination): class E, owner and deputy only."""
