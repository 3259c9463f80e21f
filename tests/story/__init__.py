"""Stories, told in a running centre; a package, so that the centre ends with the last of them."""
