"""The torch half of the Imagen family: a cascade of two small UNets on pixels."""
