package main

import (
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// highS is the other signature that plain ECDSA would take as well.
func highS(signature []byte) []byte {
	out := append([]byte{}, signature...)
	s := new(big.Int).SetBytes(signature[32:64])
	s.Sub(secp256k1.Params().N, s)
	s.FillBytes(out[32:64])
	out[64] ^= 1
	return out
}
