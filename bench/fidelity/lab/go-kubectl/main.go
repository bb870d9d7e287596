// A stub of the API server and of a node behind it, and what measures kubectl against it (bench/fidelity/README.md).
//
//	lab-kubectl serve DIRECTORY ADDRESS             until killed; prints ready
//	lab-kubectl measure DIRECTORY ADDRESS WHAT PROTOCOL BYTES RTT_MS
//
// The directory holds the certificates and the kubeconfig that serve writes. measure prints a figure a line.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 4 && os.Args[1] == "serve":
		err = serve(os.Args[2], os.Args[3])
	case len(os.Args) == 8 && os.Args[1] == "measure":
		err = measureWords(os.Args[2:])
	default:
		err = errors.New("lab-kubectl serve DIRECTORY ADDRESS | measure DIRECTORY ADDRESS WHAT PROTOCOL BYTES RTT_MS")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func measureWords(words []string) error {
	bytes, err := strconv.Atoi(words[4])
	if err != nil {
		return err
	}
	rttMs, err := strconv.ParseFloat(words[5], 64)
	if err != nil {
		return err
	}
	return measure(command{directory: words[0], address: words[1], what: words[2], protocol: words[3], bytes: bytes, rttMs: rttMs})
}
