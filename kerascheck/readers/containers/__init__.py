"""Containers of saved models: zip, HDF5, protobuf, JSON, folders."""
