// params-0.38 is CometBFT 0.38's kvstore with one more kind of transaction: `params=N` sets the blocks' size to
// N bytes, the evidence's to a tenth of that, and evidence's age to N blocks. Its flags are those of abci-cli.
//
//	params-0.38 kvstore --address tcp://127.0.0.1:26658 --abci socket --persist DIR
package main

import (
	"context"
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

type app struct{ *kvstore.Application }

func (a app) FinalizeBlock(ctx context.Context, request *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	response, err := a.Application.FinalizeBlock(ctx, request)
	for _, tx := range request.Txs {
		size, found := strings.CutPrefix(string(tx), "params=")
		if n, wrong := strconv.ParseInt(size, 10, 64); found && wrong == nil && err == nil {
			response.ConsensusParamUpdates = &cmtproto.ConsensusParams{
				Block:    &cmtproto.BlockParams{MaxBytes: n, MaxGas: -1},
				Evidence: &cmtproto.EvidenceParams{MaxAgeNumBlocks: n, MaxAgeDuration: 48 * time.Hour, MaxBytes: n / 10},
			}
		}
	}
	return response, err
}

func main() {
	flags := flag.NewFlagSet("kvstore", flag.ExitOnError)
	address := flags.String("address", "tcp://127.0.0.1:26658", "where to serve")
	transport := flags.String("abci", "socket", "socket or grpc")
	folder := flags.String("persist", "", "where to keep the state")
	flags.String("log_level", "error", "not used")
	if len(os.Args) < 2 || flags.Parse(os.Args[2:]) != nil {
		fmt.Fprintln(os.Stderr, "usage: params-0.38 kvstore [flags]")
		os.Exit(2)
	}
	served, err := server.NewServer(*address, *transport, app{kvstore.NewPersistentApplication(*folder)})
	if err == nil {
		err = served.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}
