// Judges chains of certificates with crypto/x509: one JSON object a line in, one verdict a line out. With the argument
// `generated` it makes the certificates from plain values first.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// A test has certificates in DER, the name that the leaf must have (empty: any), and the time (RFC 3339).
type test struct {
	ID            string   `json:"id"`
	Leaf          []byte   `json:"leaf"`
	Roots         [][]byte `json:"roots"`
	Intermediates [][]byte `json:"intermediates"`
	Name          string   `json:"name"`
	Usages        []string `json:"usages"`
	Time          string   `json:"time"`
}

type verdict struct {
	ID string `json:"id"`
	// Kind is empty for an accepted chain, and otherwise the error's type, with its reason.
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

var usages = map[string]x509.ExtKeyUsage{
	"any": x509.ExtKeyUsageAny, "server": x509.ExtKeyUsageServerAuth, "client": x509.ExtKeyUsageClientAuth,
	"codeSigning": x509.ExtKeyUsageCodeSigning, "emailProtection": x509.ExtKeyUsageEmailProtection,
	"timeStamping": x509.ExtKeyUsageTimeStamping, "OCSPSigning": x509.ExtKeyUsageOCSPSigning,
}

var reasons = map[x509.InvalidReason]string{
	x509.NotAuthorizedToSign: "not-authority", x509.Expired: "expired",
	x509.CANotAuthorizedForThisName: "name-constraint", x509.TooManyIntermediates: "path-length",
	x509.IncompatibleUsage: "wrong-usage", x509.NameMismatch: "issuer-mismatch",
	x509.TooManyConstraints: "too-many-constraints", x509.NoValidChains: "policies",
}

func kindOf(err error) string {
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var critical x509.UnhandledCriticalExtension
	switch {
	case errors.As(err, &invalid):
		return reasons[invalid.Reason]
	case errors.As(err, &host):
		return "name-mismatch"
	case errors.As(err, &unknown):
		return "unknown-authority"
	case errors.As(err, &critical):
		return "critical-extension"
	}
	return "other"
}

// A pool skips what it cannot parse, as AppendCertsFromPEM does.
func pool(certificates [][]byte) *x509.CertPool {
	all := x509.NewCertPool()
	for _, der := range certificates {
		if one, err := x509.ParseCertificate(der); err == nil {
			all.AddCert(one)
		}
	}
	return all
}

func judge(t test) verdict {
	leaf, err := x509.ParseCertificate(t.Leaf)
	if err != nil {
		return verdict{t.ID, "unparsed", err.Error()}
	}
	at, err := time.Parse(time.RFC3339, t.Time)
	if err != nil {
		return verdict{t.ID, "no-time", err.Error()}
	}
	options := x509.VerifyOptions{
		DNSName: t.Name, Roots: pool(t.Roots), Intermediates: pool(t.Intermediates), CurrentTime: at,
	}
	for _, usage := range t.Usages {
		options.KeyUsages = append(options.KeyUsages, usages[usage])
	}
	if _, err := leaf.Verify(options); err != nil {
		return verdict{t.ID, kindOf(err), err.Error()}
	}
	return verdict{ID: t.ID}
}

func read(line []byte) (t test, err error) {
	if len(os.Args) < 2 {
		err = json.Unmarshal(line, &t)
		return
	}
	var g generated
	if err = json.Unmarshal(line, &g); err == nil {
		t = g.test()
	}
	return
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		t, err := read(lines.Bytes())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_ = out.Encode(judge(t))
	}
}
