"""What benchmarks measure with: the real agent without the web stack, and bare viewer pages."""
