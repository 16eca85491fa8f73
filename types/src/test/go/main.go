// Prints test vectors computed by CometBFT itself, so that the Java tests do not only agree with
// the Java code: go run . FOLDER (FOLDER = ../resources/vectors/cometbft-0.38).
// The output is the same on every run.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	folder := os.Args[1]
	write(folder, "rotation.json", rotationCases())
	write(folder, "commits.json", commitCases())
	write(folder, "signatures.json", signatureCases())
}

// One case a line: small, and a change of one case is a change of one line.
func write[T any](folder, name string, cases []T) {
	lines := []string{}
	for _, c := range cases {
		text, err := json.Marshal(c)
		if err != nil {
			panic(err)
		}
		lines = append(lines, string(text))
	}
	all := "[\n" + strings.Join(lines, ",\n") + "\n]\n"
	if err := os.WriteFile(filepath.Join(folder, name), []byte(all), 0o644); err != nil {
		panic(err)
	}
}
