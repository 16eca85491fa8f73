// bankload puts load on a local simd chain: it sends signed bank transfers between accounts whose keys
// follow from their numbers, until a height is reached.
//
//	bankload addresses N                                   the first N accounts, one a line (for genesis)
//	bankload run -rpc URL -chain-id ID -accounts N -until HEIGHT -per-block K
//
// It is built inside the module that builds simd, so that both use the same SDK.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"time"

	"cosmossdk.io/math"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

const maxAnswer = 16 << 20

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bankload:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 2 && args[0] == "addresses" {
		n, err := strconv.Atoi(args[1])
		for i := 0; i < n; i++ {
			fmt.Println(address(i).String())
		}
		return err
	}
	if len(args) == 0 || args[0] != "run" {
		return fmt.Errorf("usage: bankload addresses N | run [flags]")
	}
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	l := load{random: rand.New(rand.NewSource(11))}
	flags.StringVar(&l.rpc, "rpc", "http://127.0.0.1:26657", "the node's RPC")
	flags.StringVar(&l.chain, "chain-id", "", "the chain's id")
	accounts := flags.Int("accounts", 20, "how many accounts the genesis funds")
	until := flags.Int64("until", 100, "the height at which to stop")
	perBlock := flags.Int("per-block", 5, "at most so many transfers at each new height")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	return l.run(*accounts, *until, *perBlock)
}

func key(i int) *secp256k1.PrivKey {
	return secp256k1.GenPrivKeyFromSecret([]byte(fmt.Sprintf("understudy-account-%d", i)))
}

func address(i int) sdk.AccAddress { return sdk.AccAddress(key(i).PubKey().Address()) }

type account struct{ number, sequence uint64 }

type load struct {
	rpc, chain string
	random     *rand.Rand
	accounts   []account
	sent       int
	refused    int
}

func (l *load) run(accounts int, until int64, perBlock int) error {
	for i := 0; i < accounts; i++ {
		a, err := l.account(i)
		if err != nil {
			return fmt.Errorf("account %d: %w", i, err)
		}
		l.accounts = append(l.accounts, a)
	}
	last := int64(-1)
	for {
		height, err := l.height()
		if err != nil {
			return err
		}
		if height >= until {
			fmt.Println("sent", l.sent, "refused", l.refused, "height", height)
			return nil
		}
		if height == last {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		last = height
		for k := l.random.Intn(perBlock + 1); k > 0; k-- {
			if err := l.send(l.random.Intn(accounts)); err != nil {
				return err
			}
		}
	}
}

// send makes every fortieth tx one of forty transfers, so that some have many events.
func (l *load) send(from int) error {
	transfers := 1
	if l.sent%40 == 39 {
		transfers = 40
	}
	raw, err := l.build(from, len(l.accounts)+l.random.Intn(5000), transfers)
	if err != nil {
		return err
	}
	result, err := l.call("broadcast_tx_sync", map[string]any{"tx": raw})
	if err != nil {
		return err
	}
	if result["code"].(float64) != 0 {
		l.refused++
		l.accounts[from], err = l.account(from)
		return err
	}
	l.accounts[from].sequence++
	l.sent++
	return nil
}

func (l *load) build(from, to, transfers int) ([]byte, error) {
	body := tx.TxBody{Memo: fmt.Sprintf("transfer %d", l.sent)}
	for i := 0; i < transfers; i++ {
		coins := sdk.NewCoins(sdk.NewCoin("stake", math.NewInt(int64(1+i))))
		message, err := codectypes.NewAnyWithValue(banktypes.NewMsgSend(address(from), address(to+i), coins))
		if err != nil {
			return nil, err
		}
		body.Messages = append(body.Messages, message)
	}
	public, err := codectypes.NewAnyWithValue(key(from).PubKey())
	if err != nil {
		return nil, err
	}
	mode := &tx.ModeInfo{Sum: &tx.ModeInfo_Single_{Single: &tx.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT}}}
	info := tx.AuthInfo{
		SignerInfos: []*tx.SignerInfo{{PublicKey: public, Sequence: l.accounts[from].sequence, ModeInfo: mode}},
		Fee:         &tx.Fee{GasLimit: uint64(100000 + 60000*transfers), Amount: sdk.NewCoins(sdk.NewCoin("stake", math.NewInt(10)))},
	}
	bodyBytes, err := body.Marshal()
	if err != nil {
		return nil, err
	}
	infoBytes, err := info.Marshal()
	if err != nil {
		return nil, err
	}
	doc := tx.SignDoc{BodyBytes: bodyBytes, AuthInfoBytes: infoBytes, ChainId: l.chain, AccountNumber: l.accounts[from].number}
	signBytes, err := doc.Marshal()
	if err != nil {
		return nil, err
	}
	signature, err := key(from).Sign(signBytes)
	if err != nil {
		return nil, err
	}
	raw := tx.TxRaw{BodyBytes: bodyBytes, AuthInfoBytes: infoBytes, Signatures: [][]byte{signature}}
	return raw.Marshal()
}

func (l *load) height() (int64, error) {
	result, err := l.call("status", map[string]any{})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(result["sync_info"].(map[string]any)["latest_block_height"].(string), 10, 64)
}

func (l *load) account(i int) (account, error) {
	query := authtypes.QueryAccountRequest{Address: address(i).String()}
	data, err := query.Marshal()
	if err != nil {
		return account{}, err
	}
	result, err := l.call("abci_query", map[string]any{"path": "/cosmos.auth.v1beta1.Query/Account", "data": hex.EncodeToString(data)})
	if err != nil {
		return account{}, err
	}
	response := result["response"].(map[string]any)
	value, _ := response["value"].(string)
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return account{}, err
	}
	var answer authtypes.QueryAccountResponse
	if err := answer.Unmarshal(raw); err != nil {
		return account{}, err
	}
	if answer.Account == nil {
		return account{}, fmt.Errorf("no such account: %v", response["log"])
	}
	var base authtypes.BaseAccount
	err = base.Unmarshal(answer.Account.Value)
	return account{base.AccountNumber, base.Sequence}, err
}

func (l *load) call(method string, params map[string]any) (map[string]any, error) {
	request, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return nil, err
	}
	response, err := http.Post(l.rpc, "application/json", bytes.NewReader(request))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	var answer struct {
		Result map[string]any
		Error  any
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, err
	}
	if answer.Error != nil {
		return nil, fmt.Errorf("%s: %v", method, answer.Error)
	}
	return answer.Result, nil
}
