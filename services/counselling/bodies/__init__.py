"""The directory of bodies one may be referred to (Verzeichnis der Stellen); public knowledge, the network's."""
