package cenc

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"math/rand/v2"
	"testing"
)

// Chains that are encrypted side by side, or one after another, are those of the standard library.
func TestChains(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var key, last [Block]byte
		for i := range key {
			key[i] = byte(rnd.Uint32())
		}
		block, err := aes.NewCipher(key[:])
		if err != nil {
			t.Fatal(err)
		}
		var quick, slow chains
		quick.side.start(&key)
		var plain, sealed, gotQuick, gotSlow [][]byte
		for range rnd.IntN(30) {
			var iv [Block]byte
			for i := range iv {
				iv[i] = byte(rnd.Uint32())
			}
			quick.begin(&iv)
			slow.begin(&iv)
			seal := cipher.NewCBCEncrypter(block, iv[:])
			last = iv
			for range rnd.IntN(4) {
				b := make([]byte, Block*rnd.IntN(1<<rnd.IntN(9)))
				for i := range b {
					b[i] = byte(rnd.Uint32())
				}
				plain = append(plain, bytes.Clone(b))
				gotQuick, gotSlow = append(gotQuick, bytes.Clone(b)), append(gotSlow, bytes.Clone(b))
				quick.add(gotQuick[len(gotQuick)-1])
				slow.add(gotSlow[len(gotSlow)-1])
				seal.CryptBlocks(b, b)
				if sealed = append(sealed, b); len(b) > 0 {
					last = [Block]byte(b[len(b)-Block:])
				}
			}
		}
		empty := len(quick.all) == 0
		for name, x := range map[string]struct {
			c   *chains
			got [][]byte
		}{"side by side": {&quick, gotQuick}, "one after another": {&slow, gotSlow}} {
			if end := x.c.run(block); end != last && !empty {
				t.Fatalf("%s: the last block is %x, not %x", name, end, last)
			}
			for i := range sealed {
				if !bytes.Equal(x.got[i], sealed[i]) {
					t.Fatalf("%s: span %d of %d bytes is encrypted otherwise", name, i, len(plain[i]))
				}
			}
		}
	}
}
