"""How the federation runs: on one machine (local), in Kubernetes (k8s), and its demo records (demo)."""
