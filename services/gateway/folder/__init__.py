"""MEIN ORDNER, digital (CON-06): a signed sheet that the person carries herself, and that nobody keeps."""
