"""Books (Berichte): Tabellenband, IQ in Zahlen and Spiegelblatt, written table by table in the background."""
