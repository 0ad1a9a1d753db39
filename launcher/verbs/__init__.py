"""One verb each: parse, call one function, turn the outcome into an exit status. Loaded when asked for."""
