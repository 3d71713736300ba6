"""WHAT WAS SENT ALREADY: the key of a request that made something, so that sent again it makes nothing more."""
