"""Makes models from data and a seed. The only room that knows a training framework, and only inside its functions."""
