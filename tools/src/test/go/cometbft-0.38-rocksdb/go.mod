module understudy.dev/cometbft-0.38-rocksdb

go 1.22

require github.com/cometbft/cometbft v0.38.25

// 0.38.25 wants RocksDB 8.10, Debian has 7.8: the binding of that one has what cometbft-db calls
replace github.com/linxGnu/grocksdb => github.com/linxGnu/grocksdb v1.7.12
