package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand"
	"sort"
	"strings"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
)

type blockID struct {
	Hash      string `json:"hash"`
	Total     uint32 `json:"total"`
	PartsHash string `json:"parts_hash"`
}

type commitCase struct {
	Name    string    `json:"name"`
	ChainID string    `json:"chain_id"`
	Height  int64     `json:"height"`   // asked for
	BlockID blockID   `json:"block_id"` // asked for
	Members []string  `json:"members"`  // "type key power"
	Commit  commitDoc `json:"commit"`
	Full    string    `json:"full"`
	Light   string    `json:"light"`
	Median  string    `json:"median,omitempty"` // absent: refused
}

type commitDoc struct {
	Height     int64    `json:"height"`
	Round      int32    `json:"round"`
	BlockID    blockID  `json:"block_id"`
	Signatures []sigDoc `json:"signatures"`
}

type sigDoc struct {
	Flag      int    `json:"flag"`
	Address   string `json:"address"`
	Time      string `json:"time"`
	Signature string `json:"signature"`
	SignBytes string `json:"sign_bytes,omitempty"`
}

type builder struct {
	chain  string
	height int64
	round  int32
	id     types.BlockID
	privs  []crypto.PrivKey // in set order
	set    *types.ValidatorSet
	times  []time.Time
	flags  []types.BlockIDFlag
}

func newBuilder(r *rand.Rand, chain string, kinds string, powers ...int64) *builder {
	byAddress := map[string]crypto.PrivKey{}
	list := []*types.Validator{}
	for i, p := range powers {
		var priv crypto.PrivKey
		secret := []byte(fmt.Sprintf("%s %d", chain, i))
		if kinds[i%len(kinds)] == 's' {
			priv = secp256k1.GenPrivKeySecp256k1(secret)
		} else {
			priv = ed25519.GenPrivKeyFromSecret(secret)
		}
		byAddress[string(priv.PubKey().Address())] = priv
		list = append(list, types.NewValidator(priv.PubKey(), p))
	}
	b := &builder{chain: chain, height: 1 + r.Int63n(1<<40), round: r.Int31n(3), set: types.NewValidatorSet(list)}
	b.id = randomID(r)
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, v := range b.set.Validators {
		b.privs = append(b.privs, byAddress[string(v.Address)])
		b.times = append(b.times, base.Add(time.Duration(r.Int63n(int64(20*time.Second)))))
		b.flags = append(b.flags, types.BlockIDFlagCommit)
	}
	return b
}

func randomID(r *rand.Rand) types.BlockID {
	return types.BlockID{
		Hash:          tmhash.Sum([]byte(fmt.Sprint(r.Int63()))),
		PartSetHeader: types.PartSetHeader{Total: 1 + uint32(r.Intn(300)), Hash: tmhash.Sum([]byte(fmt.Sprint(r.Int63())))},
	}
}

func (b *builder) commit() *types.Commit {
	c := &types.Commit{Height: b.height, Round: b.round, BlockID: b.id}
	for i, flag := range b.flags {
		if flag == types.BlockIDFlagAbsent {
			c.Signatures = append(c.Signatures, types.NewCommitSigAbsent())
			continue
		}
		sig := types.CommitSig{BlockIDFlag: flag, ValidatorAddress: b.set.Validators[i].Address, Timestamp: b.times[i]}
		vote := cmtproto.Vote{Type: cmtproto.PrecommitType, Height: b.height, Round: b.round, Timestamp: b.times[i]}
		if flag == types.BlockIDFlagCommit {
			vote.BlockID = b.id.ToProto()
		}
		signature, err := b.privs[i].Sign(types.VoteSignBytes(b.chain, &vote))
		if err != nil {
			panic(err)
		}
		sig.Signature = signature
		c.Signatures = append(c.Signatures, sig)
	}
	return c
}

func (b *builder) judge(name string, c *types.Commit) commitCase {
	return b.judgeFor(name, c, b.height, b.id)
}

func (b *builder) judgeFor(name string, c *types.Commit, height int64, id types.BlockID) commitCase {
	doc := commitCase{
		Name: name, ChainID: b.chain, Height: height, BlockID: idDoc(id),
		Commit: commitDoc{Height: c.Height, Round: c.Round, BlockID: idDoc(c.BlockID)},
		Full:   verdict(b.set.VerifyCommit(b.chain, id, height, c)),
		Light:  verdict(b.set.VerifyCommitLight(b.chain, id, height, c)),
	}
	for _, v := range b.set.Validators {
		doc.Members = append(doc.Members, fmt.Sprintf("%s %x %d", v.PubKey.Type(), v.PubKey.Bytes(), v.VotingPower))
	}
	for i, s := range c.Signatures {
		d := sigDoc{Flag: int(s.BlockIDFlag), Address: s.ValidatorAddress.String(), Time: s.Timestamp.Format(time.RFC3339Nano),
			Signature: hex.EncodeToString(s.Signature)}
		if s.BlockIDFlag != types.BlockIDFlagAbsent {
			d.SignBytes = hex.EncodeToString(c.VoteSignBytes(b.chain, int32(i)))
		}
		doc.Commit.Signatures = append(doc.Commit.Signatures, d)
	}
	if median, err := state.MedianTime(c, b.set); err == nil {
		doc.Median = median.Format(time.RFC3339Nano)
	}
	return doc
}

func idDoc(id types.BlockID) blockID {
	return blockID{Hash: id.Hash.String(), Total: id.PartSetHeader.Total, PartsHash: id.PartSetHeader.Hash.String()}
}

func verdict(err error) string {
	var power types.ErrNotEnoughVotingPowerSigned
	var size types.ErrInvalidCommitSignatures
	var height types.ErrInvalidCommitHeight
	var index int
	switch {
	case err == nil:
		return "verified"
	case errors.As(err, &power):
		return fmt.Sprintf("power %d of %d", power.Got, power.Needed)
	case errors.As(err, &size):
		return "size"
	case errors.As(err, &height):
		return "height"
	case strings.Contains(err.Error(), "wrong block ID"):
		return "block id"
	}
	if n, _ := fmt.Sscanf(err.Error(), "wrong signature (#%d)", &index); n == 1 {
		return fmt.Sprintf("signature %d", index)
	}
	if n, _ := fmt.Sscanf(err.Error(), "validator address mismatch at index %d", &index); n == 1 {
		return fmt.Sprintf("address %d", index)
	}
	panic(err)
}

func commitCases() []commitCase {
	r := rand.New(rand.NewSource(38))
	cases := []commitCase{}
	add := func(c commitCase) { cases = append(cases, c) }

	b := newBuilder(r, "vectors-1", "e", 40, 30, 20, 10)
	add(b.judge("all sign", b.commit()))
	b.flags[3] = types.BlockIDFlagAbsent
	add(b.judge("one absent", b.commit()))
	b.flags[2] = types.BlockIDFlagNil
	add(b.judge("one nil, one absent, enough", b.commit()))
	b.flags[1] = types.BlockIDFlagNil
	add(b.judge("too many nil", b.commit()))
	b.flags = []types.BlockIDFlag{1, 1, 1, 1}
	add(b.judge("all absent", b.commit()))
	b.flags = []types.BlockIDFlag{2, 2, 3, 2}
	c := b.commit()
	c.Signatures[2].Signature[5] ^= 1
	add(b.judge("a nil vote's signature is wrong", c))
	b.flags = []types.BlockIDFlag{2, 2, 2, 2}
	for i := 0; i < 4; i++ {
		c = b.commit()
		c.Signatures[i].Signature[33] ^= 4
		add(b.judge(fmt.Sprintf("signature %d is wrong", i), c))
		c = b.commit()
		c.Signatures[i].ValidatorAddress = b.set.Validators[(i+1)%4].Address
		add(b.judge(fmt.Sprintf("address %d is another's", i), c))
		c = b.commit()
		c.Signatures[i].Timestamp = c.Signatures[i].Timestamp.Add(1)
		add(b.judge(fmt.Sprintf("timestamp %d is not the signed one", i), c))
	}
	c = b.commit()
	c.Signatures = c.Signatures[:3]
	add(b.judge("one place too few", c))
	c = b.commit()
	c.Signatures = append(c.Signatures, c.Signatures[3])
	add(b.judge("one place too many", c))
	add(b.judgeFor("another height", b.commit(), b.height+1, b.id))
	add(b.judgeFor("another block id", b.commit(), b.height, randomID(r)))
	parts := b.id
	parts.PartSetHeader.Total++
	add(b.judgeFor("another count of parts", b.commit(), b.height, parts))
	c = b.commit()
	c.Signatures[0].BlockIDFlag, c.Signatures[3].BlockIDFlag = types.BlockIDFlagNil, types.BlockIDFlagNil
	add(b.judge("flags turned to nil without new signatures", c))

	third := newBuilder(r, "exactly-two-thirds", "e", 1, 1, 1)
	third.flags[0] = types.BlockIDFlagAbsent
	add(third.judge("two thirds are not enough", third.commit()))
	one := newBuilder(r, "alone", "e", 1)
	add(one.judge("one validator", one.commit()))
	huge := newBuilder(r, "huge", "e", types.MaxTotalVotingPower-2, 1, 1)
	huge.round = 0
	huge.times[0] = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	huge.times[1] = time.Unix(0, 0).UTC()
	huge.times[2] = time.Date(2262, 1, 1, 0, 0, 0, 999999999, time.UTC)
	add(huge.judge("powers at the limit, times at the edges", huge.commit()))
	mixed := newBuilder(r, "mixed", "es", 7, 7, 7, 7, 7)
	add(mixed.judge("two kinds of keys", mixed.commit()))
	mixed.flags[1] = types.BlockIDFlagNil
	add(mixed.judge("two kinds of keys, one nil", mixed.commit()))
	secp := newBuilder(r, "secp", "s", 3, 2, 1)
	add(secp.judge("secp256k1 keys", secp.commit()))
	c = secp.commit()
	c.Signatures[1].Signature[40] ^= 1
	add(secp.judge("secp256k1 keys, one signature wrong", c))

	for n := 0; n < 12; n++ {
		powers := make([]int64, 1+r.Intn(9))
		for i := range powers {
			powers[i] = 1 + r.Int63n(50)
		}
		sort.Slice(powers, func(i, j int) bool { return powers[i] > powers[j] })
		random := newBuilder(r, fmt.Sprintf("random-chain-%d", n), "e", powers...)
		for i := range random.flags {
			random.flags[i] = []types.BlockIDFlag{2, 2, 2, 2, 3, 1}[r.Intn(6)]
		}
		add(random.judge(fmt.Sprintf("random %d", n), random.commit()))
	}
	return cases
}
