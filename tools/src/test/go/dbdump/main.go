// dbdump reads goleveldb databases of a stopped node: it lists, gets, sums up and compares them key by
// key and value by value, and writes JSON lines. Databases are opened read-only; one pass, bounded memory.
//
//	dbdump list DB [PREFIX]   {"key","size","sha256"} of every key that starts with PREFIX
//	dbdump get DB KEY         {"found","hex"}
//	dbdump sum DB             {"keys","bytes","sha256"} over all keys and values in order
//	dbdump compare DB DB      {"key","where","left","right"} for every difference, then the counts
//
// DB is the folder of one database (…/data/blockstore.db). Keys are written and read as Go string
// literals without their quotes, so that binary keys survive.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/iterator"
	"github.com/syndtr/goleveldb/leveldb/opt"
	"github.com/syndtr/goleveldb/leveldb/util"
)

// shown is the size up to which a differing value is printed in full.
const shown = 64

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := run(os.Args[1:], json.NewEncoder(out))
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dbdump:", err)
		os.Exit(1)
	}
}

func run(args []string, out *json.Encoder) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: dbdump list DB [PREFIX] | get DB KEY | sum DB | compare DB DB")
	}
	db, err := leveldb.OpenFile(args[1], &opt.Options{ReadOnly: true, ErrorIfMissing: true, Strict: opt.StrictAll})
	if err != nil {
		return fmt.Errorf("%s: %w", args[1], err)
	}
	defer db.Close()
	switch {
	case args[0] == "list" && len(args) <= 3:
		prefix := ""
		if len(args) == 3 {
			prefix = args[2]
		}
		return list(db, prefix, out)
	case args[0] == "get" && len(args) == 3:
		return get(db, args[2], out)
	case args[0] == "sum" && len(args) == 2:
		return sum(db, out)
	case args[0] == "compare" && len(args) == 3:
		other, err := leveldb.OpenFile(args[2], &opt.Options{ReadOnly: true, ErrorIfMissing: true, Strict: opt.StrictAll})
		if err != nil {
			return fmt.Errorf("%s: %w", args[2], err)
		}
		defer other.Close()
		return compare(db, other, out)
	}
	return fmt.Errorf("unknown command or wrong number of arguments: %v", args)
}

func literal(key []byte) string {
	quoted := strconv.QuoteToASCII(string(key))
	return quoted[1 : len(quoted)-1]
}

func unliteral(text string) ([]byte, error) {
	key, err := strconv.Unquote(`"` + text + `"`)
	return []byte(key), err
}

func list(db *leveldb.DB, prefix string, out *json.Encoder) error {
	start, err := unliteral(prefix)
	if err != nil {
		return fmt.Errorf("prefix %s: %w", prefix, err)
	}
	it := db.NewIterator(util.BytesPrefix(start), nil)
	defer it.Release()
	for it.Next() {
		digest := sha256.Sum256(it.Value())
		line := map[string]any{"key": literal(it.Key()), "size": len(it.Value()), "sha256": hex.EncodeToString(digest[:])}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return it.Error()
}

func get(db *leveldb.DB, text string, out *json.Encoder) error {
	key, err := unliteral(text)
	if err != nil {
		return fmt.Errorf("key %s: %w", text, err)
	}
	value, err := db.Get(key, nil)
	if err != nil && err != leveldb.ErrNotFound {
		return err
	}
	return out.Encode(map[string]any{"found": err == nil, "hex": hex.EncodeToString(value)})
}

func sum(db *leveldb.DB, out *json.Encoder) error {
	digest := sha256.New()
	var keys, size int64
	it := db.NewIterator(nil, nil)
	defer it.Release()
	for it.Next() {
		for _, part := range [][]byte{it.Key(), it.Value()} {
			var length [8]byte
			binary.BigEndian.PutUint64(length[:], uint64(len(part)))
			digest.Write(length[:])
			digest.Write(part)
			size += int64(len(part))
		}
		keys++
	}
	if err := it.Error(); err != nil {
		return err
	}
	return out.Encode(map[string]any{"keys": keys, "bytes": size, "sha256": hex.EncodeToString(digest.Sum(nil))})
}

func compare(left, right *leveldb.DB, out *json.Encoder) error {
	a, b := left.NewIterator(nil, nil), right.NewIterator(nil, nil)
	defer a.Release()
	defer b.Release()
	same, differing, onlyLeft, onlyRight := 0, 0, 0, 0
	inA, inB := a.Next(), b.Next()
	for inA || inB {
		var err error
		order := 0
		switch {
		case !inA:
			order = 1
		case !inB:
			order = -1
		default:
			order = bytes.Compare(a.Key(), b.Key())
		}
		switch {
		case order < 0:
			onlyLeft++
			err = out.Encode(difference(a.Key(), "ONLY_LEFT", a, nil))
		case order > 0:
			onlyRight++
			err = out.Encode(difference(b.Key(), "ONLY_RIGHT", nil, b))
		case bytes.Equal(a.Value(), b.Value()):
			same++
		default:
			differing++
			err = out.Encode(difference(a.Key(), "DIFFERS", a, b))
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			inA = a.Next()
		}
		if order >= 0 {
			inB = b.Next()
		}
	}
	if err := a.Error(); err != nil {
		return fmt.Errorf("left: %w", err)
	}
	if err := b.Error(); err != nil {
		return fmt.Errorf("right: %w", err)
	}
	return out.Encode(map[string]any{"same": same, "differs": differing, "onlyLeft": onlyLeft, "onlyRight": onlyRight})
}

func difference(key []byte, where string, left, right iterator.Iterator) map[string]any {
	return map[string]any{"key": literal(key), "where": where, "left": value(left), "right": value(right)}
}

// value shows a short value as a literal and a long one by its size and digest.
func value(it iterator.Iterator) string {
	if it == nil {
		return ""
	}
	if len(it.Value()) <= shown {
		return literal(it.Value())
	}
	digest := sha256.Sum256(it.Value())
	return fmt.Sprintf("%d bytes, sha256 %x", len(it.Value()), digest)
}
