// Records a chain of celestia-core's own node, as test data, and opens homes with it.
//
//	go run . record HOME OUT   one validator makes 61 blocks: OUT is an archive in KYVE's form with
//	                           answers.json.gz (what the app was told and said) and records.txt.gz
//	                           (all of blockstore and state, hex)
//	go run . kvstore FLAGS     the same app by itself, with abci-cli's flags --address, --abci and --persist
//	go run . open HOME         starts the node on a home and prints what it makes of it
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	"github.com/gogo/protobuf/proto"
	"github.com/tendermint/tendermint/abci/example/kvstore"
	"github.com/tendermint/tendermint/abci/server"
	abci "github.com/tendermint/tendermint/abci/types"
	cfg "github.com/tendermint/tendermint/config"
	"github.com/tendermint/tendermint/libs/log"
	"github.com/tendermint/tendermint/node"
	"github.com/tendermint/tendermint/p2p"
	"github.com/tendermint/tendermint/privval"
	cmtproto "github.com/tendermint/tendermint/proto/tendermint/types"
	"github.com/tendermint/tendermint/proxy"
	"github.com/tendermint/tendermint/store"
	"github.com/tendermint/tendermint/types"
)

const (
	chainID = "celestia-rec-1"
	last    = 60
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// app is the kvstore with what Celestia's app adds: a square, its own data hash, and timeouts.
type app struct {
	*kvstore.PersistentKVStoreApplication
	height  int64
	answers map[int64]*answers
	first   map[string]string
}

type answers struct {
	Height  int64       `json:"height"`
	Begin   string      `json:"begin"`
	Deliver [][2]string `json:"deliver"`
	End     string      `json:"end"`
	Commit  string      `json:"commit"`
}

func raw(message proto.Message) string {
	bytes, err := proto.Marshal(message)
	check(err)
	return hex.EncodeToString(bytes)
}

func timeouts(height int64) abci.TimeoutsInfo {
	return abci.TimeoutsInfo{
		TimeoutPropose: time.Second + time.Duration(height)*time.Millisecond,
		TimeoutCommit:  time.Duration(100+height%3) * time.Millisecond,
	}
}

func (a *app) InitChain(request abci.RequestInitChain) abci.ResponseInitChain {
	response := a.PersistentKVStoreApplication.InitChain(request)
	response.Timeouts = timeouts(0)
	a.first["init_chain"] = raw(&response)
	return response
}

func (a *app) PrepareProposal(request abci.RequestPrepareProposal) abci.ResponsePrepareProposal {
	sum := sha256.New()
	for _, tx := range request.BlockData.Txs {
		sum.Write(tx)
	}
	return abci.ResponsePrepareProposal{BlockData: &cmtproto.Data{
		Txs: request.BlockData.Txs, SquareSize: 1 << (len(request.BlockData.Txs) % 4), Hash: sum.Sum(nil),
	}}
}

func (a *app) BeginBlock(request abci.RequestBeginBlock) abci.ResponseBeginBlock {
	response := a.PersistentKVStoreApplication.BeginBlock(request)
	a.height = request.Header.Height
	a.answers[a.height] = &answers{Height: a.height, Begin: raw(&response), Deliver: [][2]string{}}
	return response
}

func (a *app) DeliverTx(request abci.RequestDeliverTx) abci.ResponseDeliverTx {
	var response abci.ResponseDeliverTx
	if strings.HasPrefix(string(request.Tx), "fail") {
		response = abci.ResponseDeliverTx{Code: 7, Log: "told to fail", GasWanted: 5, GasUsed: 3}
	} else {
		response = a.PersistentKVStoreApplication.DeliverTx(request)
	}
	now := a.answers[a.height]
	now.Deliver = append(now.Deliver, [2]string{hex.EncodeToString(request.Tx), raw(&response)})
	return response
}

func (a *app) EndBlock(request abci.RequestEndBlock) abci.ResponseEndBlock {
	response := a.PersistentKVStoreApplication.EndBlock(request)
	response.Timeouts = timeouts(request.Height)
	a.answers[a.height].End = raw(&response)
	return response
}

func (a *app) Commit() abci.ResponseCommit {
	response := a.PersistentKVStoreApplication.Commit()
	a.answers[a.height].Commit = raw(&response)
	return response
}

func configure(home string) *cfg.Config {
	config := cfg.DefaultConfig()
	config.SetRoot(home)
	config.RPC.ListenAddress = "tcp://127.0.0.1:0"
	config.P2P.ListenAddress = "tcp://127.0.0.1:0"
	config.P2P.PexReactor = false
	config.Instrumentation.Prometheus = false
	config.Consensus.CreateEmptyBlocksInterval = 0
	return config
}

func start(config *cfg.Config, creator proxy.ClientCreator) *node.Node {
	key, err := p2p.LoadOrGenNodeKey(config.NodeKeyFile())
	check(err)
	started, err := node.NewNode(
		config,
		privval.LoadOrGenFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()),
		key,
		creator,
		node.DefaultGenesisDocProviderFunc(config),
		node.DefaultDBProvider,
		node.DefaultMetricsProvider(config.Instrumentation),
		log.NewTMLogger(log.NewSyncWriter(os.Stderr)),
	)
	check(err)
	check(started.Start())
	return started
}

func record(home, out string) {
	check(os.MkdirAll(filepath.Join(home, "config"), 0o755))
	check(os.MkdirAll(filepath.Join(home, "data"), 0o755))
	check(os.MkdirAll(out, 0o755))
	config := configure(home)
	pv := privval.LoadOrGenFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
	key, err := pv.GetPubKey()
	check(err)
	genesis := types.GenesisDoc{
		ChainID:         chainID,
		GenesisTime:     time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		ConsensusParams: types.DefaultConsensusParams(),
		Validators:      []types.GenesisValidator{{PubKey: key, Power: 10}},
	}
	check(genesis.SaveAs(config.GenesisFile()))
	recorded := fresh(filepath.Join(home, "app"))
	running := start(config, proxy.NewLocalClientCreator(recorded))
	sent := 0
	for running.BlockStore().Height() < last+1 {
		load(running, sent)
		sent++
		time.Sleep(60 * time.Millisecond)
	}
	check(running.Stop())
	running.Wait()

	db, err := dbm.NewGoLevelDB("blockstore", filepath.Join(home, "data"))
	check(err)
	stored := store.NewBlockStore(db)
	archive(stored, recorded, out)
	check(db.Close())
	var all []*answers
	for height := int64(1); height <= last+1; height++ {
		if recorded.answers[height] != nil {
			all = append(all, recorded.answers[height])
		}
	}
	text, err := json.Marshal(map[string]any{"init_chain": recorded.first["init_chain"], "blocks": all})
	check(err)
	writeZipped(filepath.Join(out, "answers.json.gz"), text)
	text, err = os.ReadFile(config.GenesisFile())
	check(err)
	check(os.WriteFile(filepath.Join(out, "genesis.json"), text, 0o644))
	var lines strings.Builder
	for _, name := range []string{"blockstore", "state"} {
		dump(home, name, &lines)
	}
	writeZipped(filepath.Join(out, "records.txt.gz"), []byte(lines.String()))
}

// Plain, failing, wrapped with blobs, wrapped with an index, and one that needs several parts.
func load(running *node.Node, number int) {
	plain := types.Tx(fmt.Sprintf("key%d=value%d", number, number))
	blob := &cmtproto.Blob{NamespaceId: make([]byte, 28), Data: []byte(strings.Repeat("b", 40))}
	tx := plain
	var err error
	switch number % 9 {
	case 1:
		tx, err = types.MarshalBlobTx(plain, blob, blob)
	case 3:
		tx = types.Tx(fmt.Sprintf("fail%d", number))
	case 4:
		tx, err = types.MarshalBlobTx(types.Tx(fmt.Sprintf("fail%d", number)), blob)
	case 5:
		tx, err = types.MarshalIndexWrapper(plain, 7, 300)
	case 7:
		if number == 16 {
			blob.Data = []byte(strings.Repeat("long ", 40_000))
			tx, err = types.MarshalBlobTx(plain, blob)
		}
	case 8:
		return
	}
	check(err)
	if err := running.Mempool().CheckTx(tx, nil, mempoolInfo); err != nil {
		fmt.Fprintln(os.Stderr, "not taken:", err)
	}
}

func dump(home, name string, lines *strings.Builder) {
	db, err := dbm.NewGoLevelDB(name, filepath.Join(home, "data"))
	check(err)
	defer db.Close()
	iterator, err := db.Iterator(nil, nil)
	check(err)
	defer iterator.Close()
	for ; iterator.Valid(); iterator.Next() {
		fmt.Fprintf(lines, "%s %x %x\n", name, iterator.Key(), iterator.Value())
	}
}

func write(out, name string, value any) {
	text, err := json.Marshal(value)
	check(err)
	check(os.WriteFile(filepath.Join(out, name), text, 0o644))
}

// The app is one that stands at the home's height already and takes no block: a replay would fail.
type standing struct {
	abci.BaseApplication
	height int64
	hash   []byte
}

func (s *standing) Info(abci.RequestInfo) abci.ResponseInfo {
	return abci.ResponseInfo{LastBlockHeight: s.height, LastBlockAppHash: s.hash}
}

func (s *standing) BeginBlock(request abci.RequestBeginBlock) abci.ResponseBeginBlock {
	panic(fmt.Sprintf("a block is executed: %d", request.Header.Height))
}

func open(home string) {
	config := configure(home)
	config.RPC.ListenAddress = ""
	state, err := stateOf(home)
	check(err)
	fmt.Printf("state at %d, app hash %X, timeouts %s %s\n",
		state.LastBlockHeight, state.AppHash, state.TimeoutPropose, state.TimeoutCommit)
	running := start(config, proxy.NewLocalClientCreator(
		&standing{height: state.LastBlockHeight, hash: state.AppHash}))
	height := running.BlockStore().Height()
	block := running.BlockStore().LoadBlock(height)
	for _, tx := range block.Txs {
		fmt.Printf("tx %X: %v\n", tx.Hash(), running.BlockStore().LoadTxInfo(tx.Hash()))
	}
	time.Sleep(3 * time.Second)
	fmt.Printf("opened at %d, square %d, running %v\n", height, block.SquareSize, running.IsRunning())
	check(running.Stop())
}

func fresh(dir string) *app {
	return &app{
		PersistentKVStoreApplication: kvstore.NewPersistentKVStoreApplication(dir),
		answers:                      map[int64]*answers{},
		first:                        map[string]string{},
	}
}

// Until it is killed.
func serve(args []string) {
	flags := flag.NewFlagSet("kvstore", flag.ExitOnError)
	address := flags.String("address", "tcp://127.0.0.1:26658", "where to serve")
	transport := flags.String("abci", "socket", "socket or grpc")
	folder := flags.String("persist", "", "where to keep the state")
	flags.String("log_level", "error", "not used")
	check(flags.Parse(args))
	check(os.MkdirAll(*folder, 0o755))
	listening, err := server.NewServer(*address, *transport, fresh(*folder))
	check(err)
	check(listening.Start())
	select {}
}

func main() {
	switch os.Args[1] {
	case "record":
		record(os.Args[2], os.Args[3])
	case "kvstore":
		serve(os.Args[2:])
	case "open":
		open(os.Args[2])
	}
}
