"""Everything on one machine: a parent process that keeps web, worker, beat and the demo's lab running."""
