"""public: the front for everybody, without signing in."""
