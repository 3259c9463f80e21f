"""What the tests of several rooms share: a prepared house on real servers."""
