"""The shared language of Vitrine: values, errors, settings, metrics and the protocols that cross parts."""
