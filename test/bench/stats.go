package main

import "slices"

// series is repeated measurements of one thing.
type series []float64

func (s series) median() float64 {
	t := slices.Sorted(slices.Values(s))
	n := len(t)
	if n == 0 {
		return 0
	}
	return (t[(n-1)/2] + t[n/2]) / 2
}

// alternate measures two things by turns, n times each, and the ratio of each pair: what else the machine does at the time weighs on both. Each second
// pair begins with the limit, so that neither always profits from what the other has warmed.
func alternate(n int, ours, limit func() (float64, error)) (a, b, ratio series, err error) {
	for i := range n {
		var x, y float64
		first, second := func() { x, err = ours() }, func() { y, err = limit() }
		if i%2 == 1 {
			first, second = second, first
		}
		if first(); err != nil {
			return nil, nil, nil, err
		}
		if second(); err != nil {
			return nil, nil, nil, err
		}
		a, b, ratio = append(a, x), append(b, y), append(ratio, x/y)
	}
	return a, b, ratio, nil
}
