package main

import (
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
)

type signatureCase struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Key       string `json:"key"`
	Address   string `json:"address,omitempty"`
	Message   string `json:"message"`
	Signature string `json:"signature"`
	Valid     bool   `json:"valid"`
}

func judge(name string, pub crypto.PubKey, message, signature []byte) signatureCase {
	return signatureCase{
		Name: name, Type: pub.Type(), Key: hex.EncodeToString(pub.Bytes()), Address: pub.Address().String(),
		Message: hex.EncodeToString(message), Signature: hex.EncodeToString(signature),
		Valid: pub.VerifySignature(message, signature),
	}
}

func signatureCases() []signatureCase {
	r := rand.New(rand.NewSource(215))
	cases := []signatureCase{}
	for i := 0; i < 6; i++ {
		secret := []byte(fmt.Sprintf("secret %d", i))
		message := make([]byte, i*37)
		r.Read(message)
		cases = append(cases, ordinary(r, ed25519.GenPrivKeyFromSecret(secret), message)...)
		cases = append(cases, ordinary(r, secp256k1.GenPrivKeySecp256k1(secret), message)...)
		cases = append(cases, torsion(i, secret, message)...)
	}
	cases = append(cases, secpOddities()...)
	return append(cases, smallOrder()...)
}

func ordinary(r *rand.Rand, priv crypto.PrivKey, message []byte) []signatureCase {
	pub := priv.PubKey()
	signature, err := priv.Sign(message)
	if err != nil {
		panic(err)
	}
	broken := append([]byte{}, signature...)
	broken[r.Intn(64)] ^= 1 << r.Intn(8)
	other := append(append([]byte{}, message...), 1)
	order := map[string]string{
		"ed25519":   "7237005577332262213973186563042994240857116359379907606001950938285454250989",
		"secp256k1": "115792089237316195423570985008687907852837564279074904382605163141518161494337",
	}[pub.Type()]
	return []signatureCase{
		judge("as signed", pub, message, signature),
		judge("one bit wrong", pub, message, broken),
		judge("another message", pub, other, signature),
		judge("too short", pub, message, signature[:63]),
		judge("too long", pub, message, append(append([]byte{}, signature...), 0)),
		judge("the other s", pub, message, otherS(pub.Type(), order, signature)),
	}
}

// The malleable twin: s + L for ed25519 (little endian), n - s for secp256k1 (big endian).
func otherS(keyType, order string, signature []byte) []byte {
	n, _ := new(big.Int).SetString(order, 10)
	s := append([]byte{}, signature[32:]...)
	if keyType == "ed25519" {
		reverse(s)
		sum := new(big.Int).Add(new(big.Int).SetBytes(s), n)
		sum.FillBytes(s)
		reverse(s)
	} else {
		new(big.Int).Sub(n, new(big.Int).SetBytes(s)).FillBytes(s)
	}
	return append(append([]byte{}, signature[:32]...), s...)
}

func reverse(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

// Signatures of the key's owner that only a cofactored check accepts: a point of small order is
// added to R, to the key, or to both.
func torsion(i int, secret, message []byte) []signatureCase {
	seed := sha512.Sum512(secret)
	a := wide(seed)
	rSeed := sha512.Sum512(append(secret, message...))
	rs := wide(rSeed)
	cases := []signatureCase{}
	for _, where := range []string{"R", "key", "both"} {
		bigA := new(curve.EdwardsPoint).MulBasepoint(curve.ED25519_BASEPOINT_TABLE, a)
		bigR := new(curve.EdwardsPoint).MulBasepoint(curve.ED25519_BASEPOINT_TABLE, rs)
		t := curve.EIGHT_TORSION[1+i%7]
		if where != "R" {
			bigA.Add(bigA, t)
		}
		if where != "key" {
			bigR.Add(bigR, t)
		}
		ab, rb := encode(bigA), encode(bigR)
		hash := sha512.Sum512(append(append(append([]byte{}, rb...), ab...), message...))
		s := new(scalar.Scalar).Mul(wide(hash), a)
		s.Add(s, rs)
		sb := make([]byte, 32)
		if err := s.ToBytes(sb); err != nil {
			panic(err)
		}
		pub := ed25519.PubKey(ab)
		cases = append(cases, judge("small order added to "+where, pub, message, append(rb, sb...)))
		sb2 := append([]byte{}, sb...)
		sb2[3] ^= 1
		cases = append(cases, judge("small order added to "+where+", s wrong", pub, message, append(append([]byte{}, rb...), sb2...)))
	}
	return cases
}

func wide(hash [64]byte) *scalar.Scalar {
	s, err := new(scalar.Scalar).SetBytesModOrderWide(hash[:])
	if err != nil {
		panic(err)
	}
	return s
}

func encode(p *curve.EdwardsPoint) []byte {
	c := new(curve.CompressedEdwardsY).SetEdwardsPoint(p)
	return append([]byte{}, c[:]...)
}

// r and s beyond the group order, and a key off the curve.
func secpOddities() []signatureCase {
	priv := secp256k1.GenPrivKeySecp256k1([]byte("odd"))
	pub := priv.PubKey()
	message := []byte("odd")
	signature, _ := priv.Sign(message)
	n, _ := new(big.Int).SetString("115792089237316195423570985008687907852837564279074904382605163141518161494337", 10)
	zeroS := append(append([]byte{}, signature[:32]...), make([]byte, 32)...)
	zeroR := append(make([]byte, 32), signature[32:]...)
	orderR := append(n.FillBytes(make([]byte, 32)), signature[32:]...)
	off := append([]byte{}, pub.Bytes()...)
	for x := byte(0); ; x++ {
		off[32] = x
		if secp256k1.PubKey(off).VerifySignature(message, signature) {
			panic("still the key")
		}
		y2 := new(big.Int).SetBytes(off[1:])
		p, _ := new(big.Int).SetString("115792089237316195423570985008687907853269984665640564039457584007908834671663", 10)
		y2.Exp(y2, big.NewInt(3), p).Add(y2, big.NewInt(7))
		if big.Jacobi(y2.Mod(y2, p), p) == -1 {
			break
		}
	}
	prefix := append([]byte{}, pub.Bytes()...)
	prefix[0] = 5
	return []signatureCase{
		judge("s is 0", pub, message, zeroS), judge("r is 0", pub, message, zeroR), judge("r is the order", pub, message, orderR),
		judge("key off the curve", secp256k1.PubKey(off), message, signature),
		judge("key of unknown form", secp256k1.PubKey(prefix), message, signature),
	}
}

// All pairs of the 14 encodings of the 8 points of small order, 6 of them not canonical, with s = 0.
func smallOrder() []signatureCase {
	encodings := [][]byte{}
	for _, text := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	} {
		b, _ := hex.DecodeString(text)
		encodings = append(encodings, b)
	}
	cases := []signatureCase{}
	for _, key := range encodings {
		for _, r := range encodings {
			signature := append(append([]byte{}, r...), make([]byte, 32)...)
			c := judge("small order", ed25519.PubKey(key), []byte("Zcash"), signature)
			c.Address = "" // not what these are for
			cases = append(cases, c)
		}
	}
	return cases
}
