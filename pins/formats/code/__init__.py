"""Just enough Kotlin and Java to read constants and calls; what only running would tell stays open."""
