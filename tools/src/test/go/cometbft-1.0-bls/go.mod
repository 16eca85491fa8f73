module understudy.dev/cometbft-1.0-bls

go 1.23

require (
	github.com/cometbft/cometbft v1.0.1
	// 1.0.1 wants 0.3.13, which newer Go does not compile
	github.com/supranational/blst v0.3.16
)
