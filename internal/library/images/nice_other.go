//go:build !unix

package images

func yielding(int) {}
