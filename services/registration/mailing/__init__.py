"""E-mail: how it is sent, tried again and settled; what it says is the business of those who have something to tell."""
