// kvjudge reads and writes databases through cometbft-db, the nodes' own layer over their backends, and writes
// JSON lines.
//
//	kvjudge sum BACKEND DIR NAME                   {"keys","bytes","sha256"} over all keys and values in order
//	kvjudge fill BACKEND DIR NAME FROM TO [kill]   puts, overwrites and deletes keys; ends by SIGKILL if told so
//	kvjudge compact BACKEND DIR NAME               compacts everything
//
// The database lies in DIR/NAME.db. Keys FROM to TO-1 are "key%08d"; every seventh is put and then deleted, every
// fifth put twice, every 200th has a value of 300,000 bytes.
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
	"syscall"

	db "github.com/cometbft/cometbft-db"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	err := run(os.Args[1:], json.NewEncoder(out))
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kvjudge:", err)
		os.Exit(1)
	}
}

func run(args []string, out *json.Encoder) error {
	if len(args) < 4 {
		return fmt.Errorf("usage: kvjudge sum|fill|compact BACKEND DIR NAME …")
	}
	store, err := db.NewDB(args[3], db.BackendType(args[1]), args[2])
	if err != nil {
		return fmt.Errorf("%s in %s as %s: %w", args[3], args[2], args[1], err)
	}
	switch {
	case args[0] == "sum" && len(args) == 4:
		err = sum(store, out)
	case args[0] == "fill" && len(args) >= 6:
		err = fill(store, args[4:])
	case args[0] == "compact" && len(args) == 4:
		err = store.Compact(nil, nil)
	default:
		err = fmt.Errorf("unknown command or wrong number of arguments: %v", args)
	}
	if err != nil {
		return err
	}
	return store.Close()
}

func sum(store db.DB, out *json.Encoder) error {
	digest := sha256.New()
	var keys, size int64
	it, err := store.Iterator(nil, nil)
	if err != nil {
		return err
	}
	defer it.Close()
	for ; it.Valid(); it.Next() {
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

func fill(store db.DB, args []string) error {
	from, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	to, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		key := []byte(fmt.Sprintf("key%08d", i))
		if i%5 == 0 {
			if err := store.Set(key, []byte("overwritten")); err != nil {
				return err
			}
		}
		if err := store.Set(key, value(i)); err != nil {
			return err
		}
		if i%7 == 0 {
			if err := store.Delete(key); err != nil {
				return err
			}
		}
	}
	if len(args) > 2 && args[2] == "kill" {
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return nil
}

func value(i int) []byte {
	size := 300
	if i%200 == 0 {
		size = 300_000
	}
	seed := sha256.Sum256([]byte(strconv.Itoa(i)))
	// the second half compresses, the first does not
	return append(bytes.Repeat(seed[:], size/64), bytes.Repeat([]byte("understudy"), size/20)...)
}
