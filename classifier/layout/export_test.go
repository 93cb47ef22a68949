package layout

// Principal is the start of a map, for comparison.
var Principal = principal
