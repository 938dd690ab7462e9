"""Registration: person register, structure register, trainings and events."""
