"""What an operator runs beside the processes: `python -m bot doctor | audit | rekey | manifest`."""
