"""Kubernetes: kustomize bases by hand, overlays of the centre and of all networks rendered from the topology."""
