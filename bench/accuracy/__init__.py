"""The measuring stick: made-up reports with known truth, disordered at random, read by the product, scored by the contract.

Of ours it imports only `schemas` (the form's facts); the product is run through its command line and read through SQL.
"""
