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

// alternate measures two things by turns, n times each, and the ratio of each pair: what else the machine does at the time weighs on both.
func alternate(n int, ours, limit func() (float64, error)) (a, b, ratio series, err error) {
	for range n {
		x, err := ours()
		if err != nil {
			return nil, nil, nil, err
		}
		y, err := limit()
		if err != nil {
			return nil, nil, nil, err
		}
		a, b, ratio = append(a, x), append(b, y), append(ratio, x/y)
	}
	return a, b, ratio, nil
}
