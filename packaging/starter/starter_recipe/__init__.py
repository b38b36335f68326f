"""The recipe that makes the starter model: data, training, export and evaluation."""
