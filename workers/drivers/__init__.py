"""How containers are run. ``base`` is the contract, ``docker`` the only file that imports the SDK."""
