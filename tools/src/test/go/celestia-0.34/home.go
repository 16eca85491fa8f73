package main

import (
	"path/filepath"

	dbm "github.com/cometbft/cometbft-db"
	"github.com/tendermint/tendermint/mempool"
	"github.com/tendermint/tendermint/state"
)

var mempoolInfo = mempool.TxInfo{}

func stateOf(home string) (state.State, error) {
	db, err := dbm.NewGoLevelDB("state", filepath.Join(home, "data"))
	if err != nil {
		return state.State{}, err
	}
	defer db.Close()
	return state.NewStore(db, state.StoreOptions{}).Load()
}
