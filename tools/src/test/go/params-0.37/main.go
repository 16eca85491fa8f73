// params-0.37 is CometBFT 0.37's persistent kvstore with one more kind of transaction: `params=N` sets the blocks' size to N
// bytes, the evidence's to a tenth of that, and evidence's age to N blocks. Its flags are those of abci-cli.
//
//	params-0.37 kvstore --address tcp://127.0.0.1:26658 --abci socket --persist DIR
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cometbft/cometbft/abci/example/kvstore"
	"github.com/cometbft/cometbft/abci/server"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
)

type app struct {
	*kvstore.PersistentKVStoreApplication
	updates *cmtproto.ConsensusParams
}

func (a *app) BeginBlock(request abci.RequestBeginBlock) abci.ResponseBeginBlock {
	a.updates = nil
	return a.PersistentKVStoreApplication.BeginBlock(request)
}

func (a *app) DeliverTx(request abci.RequestDeliverTx) abci.ResponseDeliverTx {
	size, found := strings.CutPrefix(string(request.Tx), "params=")
	if n, err := strconv.ParseInt(size, 10, 64); found && err == nil {
		a.updates = &cmtproto.ConsensusParams{
			Block:    &cmtproto.BlockParams{MaxBytes: n, MaxGas: -1},
			Evidence: &cmtproto.EvidenceParams{MaxAgeNumBlocks: n, MaxAgeDuration: 48 * time.Hour, MaxBytes: n / 10},
		}
	}
	return a.PersistentKVStoreApplication.DeliverTx(request)
}

func (a *app) EndBlock(request abci.RequestEndBlock) abci.ResponseEndBlock {
	response := a.PersistentKVStoreApplication.EndBlock(request)
	response.ConsensusParamUpdates = a.updates
	return response
}

func main() {
	flags := flag.NewFlagSet("kvstore", flag.ExitOnError)
	address := flags.String("address", "tcp://127.0.0.1:26658", "where to serve")
	transport := flags.String("abci", "socket", "socket or grpc")
	folder := flags.String("persist", "", "where to keep the state")
	flags.String("log_level", "error", "not used")
	if len(os.Args) < 2 || flags.Parse(os.Args[2:]) != nil {
		fmt.Fprintln(os.Stderr, "usage: params-0.37 kvstore [flags]")
		os.Exit(2)
	}
	kept := &app{PersistentKVStoreApplication: kvstore.NewPersistentKVStoreApplication(*folder)}
	served, err := server.NewServer(*address, *transport, kept)
	if err == nil {
		err = served.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}
