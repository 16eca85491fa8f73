// Prints what CometBFT's own code says of keys and signatures of the kinds that came after 0.38.
// Usage: go run -tags bls12381 . FILE (needs a C compiler for blst; the same bytes on every run).
//
// Fields: type (as in validator.pub_key_types), name (the case), key, message and signature, valid
// (PubKey.VerifySignature); of keys: address, json (cmtjson of the key) and proto (the key's oneof).
// All bytes are hex.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/bls12381"
	"github.com/cometbft/cometbft/crypto/encoding"
	"github.com/cometbft/cometbft/crypto/mldsa65"
	"github.com/cometbft/cometbft/crypto/secp256k1eth"
	cmtjson "github.com/cometbft/cometbft/libs/json"
)

type vector struct {
	Type      string `json:"type"`
	Name      string `json:"name"`
	Key       string `json:"key"`
	Address   string `json:"address,omitempty"`
	JSON      string `json:"json,omitempty"`
	Proto     string `json:"proto,omitempty"`
	Message   string `json:"message"`
	Signature string `json:"signature"`
	Valid     bool   `json:"valid"`
}

var vectors []vector

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func judge(name string, key crypto.PubKey, message, signature []byte) {
	valid := func() (ok bool) {
		defer func() {
			if recover() != nil {
				ok = false
			}
		}()
		return key.VerifySignature(message, signature)
	}()
	vectors = append(vectors, vector{
		Type: key.Type(), Name: name, Key: hex.EncodeToString(key.Bytes()),
		Message: hex.EncodeToString(message), Signature: hex.EncodeToString(signature), Valid: valid,
	})
}

func flipped(bytes []byte, bit int) []byte {
	out := append([]byte{}, bytes...)
	out[bit/8] ^= 1 << (bit % 8)
	return out
}

func cases(one, other crypto.PrivKey) {
	key := one.PubKey()
	for i, message := range [][]byte{{}, []byte("a vote"), []byte(strings.Repeat("long ", 100))} {
		signature, err := one.Sign(message)
		check(err)
		judge("as signed", key, message, signature)
		if i == 1 {
			last := &vectors[len(vectors)-1]
			text, err := cmtjson.Marshal(key)
			check(err)
			proto, err := encoding.PubKeyToProto(key)
			check(err)
			bytes, err := proto.Marshal()
			check(err)
			last.Address, last.JSON, last.Proto = hex.EncodeToString(key.Address()), string(text), hex.EncodeToString(bytes)
			judge("another message", key, []byte("another vote"), signature)
			judge("another key", other.PubKey(), message, signature)
			judge("one byte short", key, message, signature[:len(signature)-1])
			judge("one byte long", key, message, append(append([]byte{}, signature...), 0))
			judge("nothing", key, message, nil)
			for bit := 0; bit < 8*len(signature); bit += 8*len(signature)/7 + 3 {
				judge("a bit flipped", key, message, flipped(signature, bit))
			}
			judge("last bit flipped", key, message, flipped(signature, 8*len(signature)-1))
		}
	}
}

func main() {
	seed := func(text string) []byte { sum := sha256.Sum256([]byte(text)); return sum[:] }

	eth, eth2 := secp256k1eth.GenPrivKeySecp256k1Eth([]byte("one")), secp256k1eth.GenPrivKeySecp256k1Eth([]byte("two"))
	cases(eth, eth2)
	ethEdges(eth)

	mldsa, err := mldsa65.GenPrivKeyFromSeed(seed("one"))
	check(err)
	mldsa2, err := mldsa65.GenPrivKeyFromSeed(seed("two"))
	check(err)
	cases(mldsa, mldsa2)

	bls, err := bls12381.GenPrivKeyFromSecret(seed("one"))
	check(err)
	bls2, err := bls12381.GenPrivKeyFromSecret(seed("two"))
	check(err)
	cases(bls, bls2)
	infinity := make([]byte, 96)
	infinity[0] = 0xc0
	judge("the point at infinity", bls.PubKey(), []byte("a vote"), infinity)
	judge("zeros", bls.PubKey(), []byte("a vote"), make([]byte, 96))
	uncompressed := make([]byte, 192)
	uncompressed[0] = 0x40
	judge("infinity in the long form", bls.PubKey(), []byte("a vote"), uncompressed)

	out, err := json.MarshalIndent(vectors, "", "")
	check(err)
	check(os.WriteFile(os.Args[1], append(out, '\n'), 0o644))
}

// The recovery byte and s above half of the order.
func ethEdges(key secp256k1eth.PrivKey) {
	message := []byte("a vote")
	signature, err := key.Sign(message)
	check(err)
	for _, v := range []byte{0, 1, 2, 3, 27, 28, 255} {
		changed := append([]byte{}, signature...)
		changed[64] = v
		judge("another recovery byte", key.PubKey(), message, changed)
	}
	judge("s above half of the order", key.PubKey(), message, highS(signature))
	judge("r and s zero", key.PubKey(), message, make([]byte, 65))
	all := []byte(strings.Repeat("\xff", 64) + "\x00")
	judge("r and s past the order", key.PubKey(), message, all)
}
