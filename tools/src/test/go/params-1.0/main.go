// params-1.0 is CometBFT 1.0's kvstore with two more kinds of transaction: `params=N` sets the blocks' size to N
// bytes, the evidence's to a tenth of that, and evidence's age to N blocks; `pbts=H` lets proposers' clocks make
// the blocks' times from height H on. Its flags are those of abci-cli.
//
//	params-1.0 kvstore --address tcp://127.0.0.1:26658 --abci socket --persist DIR
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
	cmtproto "github.com/cometbft/cometbft/api/cometbft/types/v1"
	gogo "github.com/cosmos/gogoproto/types"
)

type app struct{ *kvstore.Application }

func (a app) FinalizeBlock(ctx context.Context, request *abci.FinalizeBlockRequest) (*abci.FinalizeBlockResponse, error) {
	response, err := a.Application.FinalizeBlock(ctx, request)
	if err != nil {
		return response, err
	}
	for _, tx := range request.Txs {
		kind, number, _ := strings.Cut(string(tx), "=")
		n, wrong := strconv.ParseInt(number, 10, 64)
		if wrong != nil || kind != "params" && kind != "pbts" {
			continue
		}
		if response.ConsensusParamUpdates == nil {
			response.ConsensusParamUpdates = &cmtproto.ConsensusParams{}
		}
		updates := response.ConsensusParamUpdates
		if kind == "pbts" {
			updates.Feature = &cmtproto.FeatureParams{PbtsEnableHeight: &gogo.Int64Value{Value: n}}
		} else {
			updates.Block = &cmtproto.BlockParams{MaxBytes: n, MaxGas: -1}
			updates.Evidence = &cmtproto.EvidenceParams{
				MaxAgeNumBlocks: n, MaxAgeDuration: 48 * time.Hour, MaxBytes: n / 10,
			}
		}
	}
	return response, nil
}

func main() {
	flags := flag.NewFlagSet("kvstore", flag.ExitOnError)
	address := flags.String("address", "tcp://127.0.0.1:26658", "where to serve")
	transport := flags.String("abci", "socket", "socket or grpc")
	folder := flags.String("persist", "", "where to keep the state")
	flags.String("log_level", "error", "not used")
	if len(os.Args) < 2 || flags.Parse(os.Args[2:]) != nil {
		fmt.Fprintln(os.Stderr, "usage: params-1.0 kvstore [flags]")
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
