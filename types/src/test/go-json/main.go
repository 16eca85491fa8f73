// Prints one block with evidence of both kinds as CometBFT's own JSON, and beside it the evidence
// as protobuf in hex and the block's hash, so that a reader can show that it lost nothing.
package main

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

type vector struct {
	Block         *types.Block `json:"block"`
	BlockHash     string       `json:"block_hash"`
	BlockProto    string       `json:"block_proto"`
	EvidenceProto []string     `json:"evidence_proto"`
}

func sum(s string) []byte { return tmhash.Sum([]byte(s)) }

func id(s string) types.BlockID {
	return types.BlockID{Hash: sum(s), PartSetHeader: types.PartSetHeader{Total: 3, Hash: sum(s + " parts")}}
}

func header(height int64, vals *types.ValidatorSet) types.Header {
	return types.Header{
		Version:            cmtversion.Consensus{Block: 11, App: 7},
		ChainID:            "vector-1",
		Height:             height,
		Time:               time.Date(2024, 2, 29, 23, 59, 59, 120000000, time.UTC),
		LastBlockID:        id("last"),
		LastCommitHash:     sum("last commit"),
		DataHash:           sum("data"),
		ValidatorsHash:     vals.Hash(),
		NextValidatorsHash: vals.Hash(),
		ConsensusHash:      sum("consensus"),
		AppHash:            []byte{1, 2, 3},
		LastResultsHash:    sum("results"),
		EvidenceHash:       sum("evidence"),
		ProposerAddress:    vals.Validators[0].Address,
	}
}

func main() {
	key0 := ed25519.GenPrivKeyFromSecret([]byte("validator 0"))
	key1 := secp256k1.GenPrivKeySecp256k1([]byte("validator 1"))
	vals := types.NewValidatorSet([]*types.Validator{
		types.NewValidator(key0.PubKey(), 10), types.NewValidator(key1.PubKey(), 20)})
	vals.IncrementProposerPriority(1)
	at := time.Date(2024, 2, 29, 12, 0, 0, 123456789, time.UTC)

	vote := func(block string) *types.Vote {
		v := &types.Vote{
			Type: cmtproto.PrecommitType, Height: 9, Round: 2, BlockID: id(block), Timestamp: at,
			ValidatorAddress: key0.PubKey().Address(), ValidatorIndex: 1}
		signature, err := key0.Sign(types.VoteSignBytes("vector-1", v.ToProto()))
		if err != nil {
			panic(err)
		}
		v.Signature = signature
		return v
	}
	duplicate, err := types.NewDuplicateVoteEvidence(vote("one"), vote("two"), at.Add(time.Second), vals)
	if err != nil {
		panic(err)
	}

	conflicting := header(10, vals)
	commit := &types.Commit{Height: 10, Round: 1, BlockID: id("conflicting"), Signatures: []types.CommitSig{
		{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: vals.Validators[0].Address, Timestamp: at, Signature: sum("s0")},
		types.NewCommitSigAbsent(),
	}}
	attack := &types.LightClientAttackEvidence{
		ConflictingBlock: &types.LightBlock{
			SignedHeader: &types.SignedHeader{Header: &conflicting, Commit: commit}, ValidatorSet: vals},
		CommonHeight:        8,
		ByzantineValidators: []*types.Validator{vals.Validators[1]},
		TotalVotingPower:    vals.TotalVotingPower(),
		Timestamp:           at,
	}

	evidence := types.EvidenceList{duplicate, attack}
	lastCommit := &types.Commit{Height: 10, Round: 0, BlockID: id("last"), Signatures: []types.CommitSig{
		{BlockIDFlag: types.BlockIDFlagNil, ValidatorAddress: vals.Validators[0].Address, Timestamp: at, Signature: sum("s0")},
		types.NewCommitSigAbsent(),
	}}
	block := types.MakeBlock(11, []types.Tx{[]byte("a=b"), []byte{0xff, 0, 0xfe}}, lastCommit, evidence)
	full := header(11, vals)
	full.LastCommitHash, full.DataHash, full.EvidenceHash = nil, nil, nil
	block.Header = full
	blockHash := block.Hash() // fills in the three hashes

	out := vector{Block: block, BlockHash: hex.EncodeToString(blockHash)}
	proto, err := block.ToProto()
	if err != nil {
		panic(err)
	}
	bytes, err := proto.Marshal()
	if err != nil {
		panic(err)
	}
	out.BlockProto = hex.EncodeToString(bytes)
	for _, one := range evidence {
		pb, err := types.EvidenceToProto(one)
		if err != nil {
			panic(err)
		}
		bytes, err := pb.Marshal()
		if err != nil {
			panic(err)
		}
		out.EvidenceProto = append(out.EvidenceProto, hex.EncodeToString(bytes))
	}
	text, err := cmtjson.MarshalIndent(out, "", " ")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
