// valkey writes a validator's key of any kind that CometBFT 0.40 knows, as its node reads it; the node's own
// commands make ed25519 keys alone.
//
//	valkey TYPE KEYFILE STATEFILE
package main

import (
	"fmt"
	"os"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/bls12381"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/mldsa65"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	"github.com/cometbft/cometbft/crypto/secp256k1eth"
	"github.com/cometbft/cometbft/privval"
)

func key(kind string) (crypto.PrivKey, error) {
	switch kind {
	case ed25519.KeyType:
		return ed25519.GenPrivKey(), nil
	case secp256k1.KeyType:
		return secp256k1.GenPrivKey(), nil
	case secp256k1eth.KeyType:
		return secp256k1eth.GenPrivKey(), nil
	case bls12381.KeyType:
		made, err := bls12381.GenPrivKey()
		if err != nil {
			return nil, err
		}
		return made, nil
	case mldsa65.KeyType:
		return mldsa65.GenPrivKey()
	default:
		return nil, fmt.Errorf("no kind of key: %s", kind)
	}
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: valkey TYPE KEYFILE STATEFILE")
		os.Exit(2)
	}
	made, err := key(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	privval.NewFilePV(made, os.Args[2], os.Args[3]).Save()
}
