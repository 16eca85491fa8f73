package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	cmtjson "github.com/tendermint/tendermint/libs/json"
	"github.com/tendermint/tendermint/store"
)

// archive writes the blocks as one bundle of pool 0, and what they must look like in a home.
func archive(stored *store.BlockStore, recorded *app, out string) {
	type item struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	var items []item
	heights := map[string]any{}
	for height := int64(1); height <= stored.Height(); height++ {
		block, meta := stored.LoadBlock(height), stored.LoadBlockMeta(height)
		text, err := cmtjson.Marshal(block)
		check(err)
		items = append(items, item{strconv.FormatInt(height, 10), text})
		known := map[string]any{
			"block_hash":      meta.BlockID.Hash.String(),
			"parts":           map[string]any{"total": meta.BlockID.PartSetHeader.Total, "hash": meta.BlockID.PartSetHeader.Hash.String()},
			"txs":             len(block.Txs),
			"square_size":     block.SquareSize,
			"validators_hash": block.ValidatorsHash.String(),
		}
		if answer := recorded.answers[height]; answer != nil {
			known["app_hash_after"] = appHash(answer.Commit)
		}
		heights[strconv.FormatInt(height, 10)] = known
	}
	tip := strconv.FormatInt(stored.Height(), 10)
	text, err := json.Marshal(items)
	check(err)
	packed := zipped(text)
	sum := sha256.Sum256(packed)
	id := hex.EncodeToString(sum[:])
	check(os.MkdirAll(filepath.Join(out, "storage"), 0o755))
	check(os.WriteFile(filepath.Join(out, "storage", id), packed, 0o644))
	write(out, "bundles-0.json", []any{map[string]any{
		"pool_id": "0", "id": "0", "storage_id": id, "uploader": "kyve1rec", "from_index": "0", "to_index": tip,
		"from_key": "1", "to_key": tip, "bundle_summary": "", "data_hash": id,
		"finalized_at":        map[string]string{"height": "1000", "timestamp": "1700000000"},
		"storage_provider_id": "3", "compression_id": "1",
		"stake_security": map[string]string{"valid_vote_power": "1", "total_vote_power": "1"},
	}})
	write(out, "pools.json", map[string]any{"0": map[string]any{"pool": map[string]any{
		"id": "0", "status": "POOL_STATUS_ACTIVE",
		"data": map[string]any{
			"id": "0", "name": chainID + " // bsync", "runtime": "@kyvejs/tendermint-bsync",
			"config": fmt.Sprintf("{\"network\": \"%s\"}", chainID), "start_key": "1", "current_key": tip,
			"current_summary": "", "current_index": tip, "total_bundles": "1",
			"current_storage_provider_id": 3, "current_compression_id": 1, "disabled": false,
		},
	}}})
	write(out, "manifest.json", map[string]any{
		"chain_id": chainID, "first": 1, "last": stored.Height(), "heights": heights,
	})
}

// Field 2 of a raw ResponseCommit whose height to retain is 0.
func appHash(commit string) string {
	if len(commit) < 4 {
		return ""
	}
	raw, err := hex.DecodeString(commit[4:])
	check(err)
	return fmt.Sprintf("%X", raw)
}

func zipped(text []byte) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, err := writer.Write(text)
	check(err)
	check(writer.Close())
	return out.Bytes()
}

func writeZipped(file string, text []byte) {
	check(os.WriteFile(file, zipped(text), 0o644))
}
