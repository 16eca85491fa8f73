package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand"
	"strings"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/types"
)

// A validator k has the key SHA-256("validator-k"): no signatures are needed here. A member of a
// set is written "k power priority", a change "k power".
type rotationCase struct {
	Name  string   `json:"name"`
	Fresh bool     `json:"fresh"` // true: made by NewValidatorSet; false: taken as it is
	Start []string `json:"start"`
	Made  *outcome `json:"made,omitempty"`
	Steps []step   `json:"steps,omitempty"`
}

type step struct {
	Changes []string `json:"changes,omitempty"`
	Times   int32    `json:"times,omitempty"` // increments after the change; 0: none
	After   outcome  `json:"after"`
}

type outcome struct {
	Error    string   `json:"error,omitempty"`
	Proposer string   `json:"proposer,omitempty"`
	Set      []string `json:"set,omitempty"`    // up to 8 members
	Digest   string   `json:"digest,omitempty"` // above: SHA-256 of the members, each ended by \n
}

var keyNumber = map[string]int{}

func key(k int) ed25519.PubKey {
	sum := sha256.Sum256([]byte(fmt.Sprintf("validator-%d", k)))
	pub := ed25519.PubKey(sum[:])
	keyNumber[string(pub.Address())] = k
	return pub
}

func member(v *types.Validator) string {
	return fmt.Sprintf("%d %d %d", keyNumber[string(v.Address)], v.VotingPower, v.ProposerPriority)
}

func seen(set *types.ValidatorSet) outcome {
	o := outcome{}
	if set.Proposer != nil {
		o.Proposer = member(set.Proposer)
	}
	lines := []string{}
	for _, v := range set.Validators {
		lines = append(lines, member(v))
	}
	if len(lines) <= 8 {
		o.Set = lines
	} else {
		sum := sha256.Sum256([]byte(strings.Join(lines, "\n") + "\n"))
		o.Digest = hex.EncodeToString(sum[:])
	}
	return o
}

func reason(err error) string {
	for text, name := range map[string]string{
		"duplicate entry":                               "DUPLICATE",
		"can't be negative":                             "NEGATIVE_POWER",
		"to prevent clipping":                           "POWER_ABOVE_MAXIMUM",
		"total voting power of resulting":               "TOTAL_ABOVE_MAXIMUM",
		"failed to find validator":                      "REMOVES_UNKNOWN",
		"would result in empty set":                     "LEAVES_NONE",
		"cannot process validators with voting power 0": "NO_POWER",
	} {
		if strings.Contains(err.Error(), text) {
			return name
		}
	}
	panic(err)
}

func validators(list []string) []*types.Validator {
	result := []*types.Validator{}
	for _, text := range list {
		var k int
		var power, priority int64
		if n, _ := fmt.Sscan(text, &k, &power, &priority); n < 2 {
			panic(text)
		}
		v := types.NewValidator(key(k), power)
		v.ProposerPriority = priority
		result = append(result, v)
	}
	return result
}

func fresh(list []string) (set *types.ValidatorSet, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return types.NewValidatorSet(validators(list)), nil
}

func run(c rotationCase) rotationCase {
	var set *types.ValidatorSet
	if c.Fresh {
		made, err := fresh(c.Start)
		if err != nil {
			c.Made = &outcome{Error: reason(err)}
			return c
		}
		o := seen(made)
		c.Made = &o
		set = made
	} else {
		set = &types.ValidatorSet{Validators: validators(c.Start)}
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		// the same copy, change, increment as state/execution.go: updateState
		next := set.Copy()
		if err := next.UpdateWithChangeSet(validators(s.Changes)); err != nil {
			s.After = outcome{Error: reason(err)}
			continue
		}
		if s.Times > 0 {
			next.IncrementProposerPriority(s.Times)
		}
		s.After = seen(next)
		set = next
	}
	return c
}

func rotationCases() []rotationCase {
	r := rand.New(rand.NewSource(38))
	max := types.MaxTotalVotingPower
	cases := []rotationCase{
		{Name: "one validator", Fresh: true, Start: []string{"1 10"}, Steps: increments(5)},
		{Name: "equal powers", Fresh: true, Start: []string{"1 10", "2 10", "3 10", "4 10"}, Steps: increments(9)},
		{Name: "a duplicate", Fresh: true, Start: []string{"1 10", "2 5", "1 7"}},
		{Name: "no power", Fresh: true, Start: []string{"1 10", "2 0"}},
		{Name: "negative power", Fresh: true, Start: []string{"1 10", "2 -1"}},
		{Name: "power above the maximum", Fresh: true, Start: []string{fmt.Sprintf("1 %d", max+1)}},
		{Name: "total above the maximum", Fresh: true, Start: []string{fmt.Sprintf("1 %d", max-1), "2 2"}},
		{Name: "no validators", Fresh: true, Start: []string{}},
		{Name: "the whole power in one", Fresh: true, Start: []string{fmt.Sprintf("1 %d", max-2), "2 1", "3 1"}, Steps: increments(8)},
		{Name: "refused changes, then a good one", Fresh: true, Start: []string{"1 10", "2 20", "3 30"}, Steps: []step{
			{Changes: []string{"9 0"}}, {Changes: []string{"1 0", "2 0", "3 0"}}, {Changes: []string{"1 5", "1 6"}},
			{Changes: []string{"4 -3"}}, {Changes: []string{fmt.Sprintf("4 %d", max)}}, {Changes: []string{fmt.Sprintf("4 %d", max+1)}},
			{Changes: []string{"1 0", "2 0", "3 0", "4 7"}, Times: 1},
			{Changes: []string{fmt.Sprintf("5 %d", max-7)}, Times: 1},
			{Changes: []string{fmt.Sprintf("6 %d", max), "5 0", "4 0"}, Times: 1},
			{Changes: []string{fmt.Sprintf("7 %d", max-1), "6 1"}, Times: 2},
		}},
	}
	for n := 0; n < 14; n++ {
		c := rotationCase{Name: fmt.Sprintf("random small %d", n), Fresh: true}
		size := 1 + r.Intn(7)
		for k := 0; k < size; k++ {
			c.Start = append(c.Start, fmt.Sprintf("%d %d", k, power(r, n)))
		}
		c.Steps = randomSteps(r, n, 12, 9, 4)
		cases = append(cases, run(c))
	}
	for n := 0; n < 3; n++ {
		c := rotationCase{Name: fmt.Sprintf("random large %d", n), Fresh: true}
		for k := 0; k < 120; k++ {
			c.Start = append(c.Start, fmt.Sprintf("%d %d", k, power(r, n)))
		}
		c.Steps = randomSteps(r, n, 30, 140, 9)
		cases = append(cases, run(c))
	}
	for n := 0; n < 25; n++ {
		c := rotationCase{Name: fmt.Sprintf("priorities far out %d", n), Steps: increments(4)}
		size := 1 + r.Intn(6)
		for k := 0; k < size; k++ {
			c.Start = append(c.Start, fmt.Sprintf("%d %d %d", k, power(r, n), priority(r)))
		}
		c.Steps[1].Times = 3
		if n%3 == 0 {
			c.Steps[2].Changes = []string{fmt.Sprintf("20 %d", power(r, n)), fmt.Sprintf("0 %d", power(r, n))}
		}
		cases = append(cases, run(c))
	}
	for i := 0; i < 10; i++ {
		cases[i] = run(cases[i])
	}
	return cases
}

func increments(n int) []step {
	steps := make([]step, n)
	for i := range steps {
		steps[i].Times = 1
	}
	return steps
}

func power(r *rand.Rand, flavour int) int64 {
	switch flavour % 4 {
	case 0:
		return 1 + r.Int63n(100)
	case 1:
		return 1 + r.Int63n(types.MaxTotalVotingPower/200)
	case 2:
		return int64(1) << r.Intn(40)
	default:
		return 1 + r.Int63n(3)
	}
}

func priority(r *rand.Rand) int64 {
	switch r.Intn(6) {
	case 0:
		return math.MaxInt64 - r.Int63n(3)
	case 1:
		return math.MinInt64 + r.Int63n(3)
	case 2:
		return -r.Int63()
	case 3:
		return r.Int63()
	default:
		return r.Int63n(2001) - 1000
	}
}

func randomSteps(r *rand.Rand, flavour, count, keys, most int) []step {
	steps := []step{}
	for i := 0; i < count; i++ {
		s := step{Times: 1}
		if r.Intn(5) == 0 {
			s.Times = 1 + r.Int31n(7)
		}
		if r.Intn(2) == 0 {
			for j := r.Intn(most); j >= 0; j-- {
				p := power(r, flavour)
				if r.Intn(4) == 0 {
					p = 0
				}
				s.Changes = append(s.Changes, fmt.Sprintf("%d %d", r.Intn(keys), p))
			}
		}
		steps = append(steps, s)
	}
	return steps
}
