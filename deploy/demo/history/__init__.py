"""The calibrated history 2015–2022: synthetic records from which every figure of IQ konkret 3/2022 comes out.

Pure and seeded: `files.files(network, carriers, seed)` gives the import files of a network in sending order.
"""
