"""The one room that knows every driver: puts detectors, policies, store, keys and channels together."""
