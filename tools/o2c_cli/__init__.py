"""What `./o2c` runs. Standard library only: it works before anything is installed."""
