"""Items (Vorgänge): transfers with their AZAV approval, Good Practice proposals, projects of the database "Praktisch!".

One entity: what a kind asks, which states follow which, and what of it is public stands in `kinds.toml`.
"""
