package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

// A spec is a generated certificate (test/security/x509/generated-chains.ts).
type spec struct {
	Subject     int      `json:"subject"`
	Issuer      int      `json:"issuer"`
	Key         int      `json:"key"`
	Signer      int      `json:"signer"`
	Version     int      `json:"version"`
	IsAuthority *bool    `json:"isAuthority"`
	MaySign     bool     `json:"maySign"`
	PathLength  *int     `json:"pathLength"`
	HasKeyIds   bool     `json:"hasKeyIds"`
	Names       []string `json:"names"`
	Usages      []string `json:"usages"`
	Permitted   []string `json:"permitted"`
	Excluded    []string `json:"excluded"`
	Padding     int      `json:"padding"`
	IsCritical  bool     `json:"isCritical"`
	FromDay     int      `json:"fromDay"`
	ToDay       int      `json:"toDay"`
	Serial      int64    `json:"serial"`
}

type generated struct {
	ID            string   `json:"id"`
	Leaf          spec     `json:"leaf"`
	Roots         []spec   `json:"roots"`
	Intermediates []spec   `json:"intermediates"`
	Name          string   `json:"name"`
	Usages        []string `json:"usages"`
}

var present = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

var keys = func() (all [10]*ecdsa.PrivateKey) {
	for i := range all {
		all[i] = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	}
	return
}()

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func nameOf(subject int) pkix.Name { return pkix.Name{CommonName: fmt.Sprintf("s%d", subject)} }

func keyID(key int) []byte { return []byte(fmt.Sprintf("k%d", key)) }

func (s spec) template() *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: big.NewInt(s.Serial), Subject: nameOf(s.Subject), MaxPathLen: -1,
		NotBefore: present.AddDate(0, 0, s.FromDay), NotAfter: present.AddDate(0, 0, s.ToDay),
	}
	if s.IsAuthority != nil {
		t.BasicConstraintsValid, t.IsCA = true, *s.IsAuthority
	}
	if t.IsCA && s.PathLength != nil {
		t.MaxPathLen, t.MaxPathLenZero = *s.PathLength, *s.PathLength == 0
	}
	if s.HasKeyIds || t.IsCA {
		t.SubjectKeyId = keyID(s.Key)
	}
	if s.HasKeyIds {
		t.AuthorityKeyId = keyID(s.Signer)
	}
	if !s.MaySign {
		t.KeyUsage = x509.KeyUsageDigitalSignature
	} else if t.IsCA {
		t.KeyUsage = x509.KeyUsageCertSign
	}
	for _, name := range s.Names {
		if ip := net.ParseIP(name); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, name)
		}
	}
	for _, usage := range s.Usages {
		t.ExtKeyUsage = append(t.ExtKeyUsage, usages[usage])
	}
	t.PermittedDNSDomains, t.PermittedIPRanges = constraints(s.Permitted)
	t.ExcludedDNSDomains, t.ExcludedIPRanges = constraints(s.Excluded)
	for i := 0; i < s.Padding; i++ {
		t.ExcludedDNSDomains = append(t.ExcludedDNSDomains, "x.y")
	}
	if s.IsCritical {
		unknown := pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3, 4}, Critical: true, Value: asn1.NullBytes}
		t.ExtraExtensions = append(t.ExtraExtensions, unknown)
	}
	return t
}

func constraints(all []string) (domains []string, ranges []*net.IPNet) {
	for _, one := range all {
		if strings.Contains(one, "/") {
			_, ipRange, _ := net.ParseCIDR(one)
			ranges = append(ranges, ipRange)
		} else {
			domains = append(domains, one)
		}
	}
	return
}

func (s spec) der() []byte {
	parent := &x509.Certificate{Subject: nameOf(s.Issuer)}
	if s.HasKeyIds {
		parent.SubjectKeyId = keyID(s.Signer)
	}
	der := must(x509.CreateCertificate(rand.Reader, s.template(), parent, &keys[s.Key].PublicKey, keys[s.Signer]))
	if s.Version == 3 {
		return der
	}
	return s.version1(must(x509.ParseCertificate(der)))
}

// version1 signs the same certificate again, without a version and extensions.
func (s spec) version1(c *x509.Certificate) []byte {
	type validity struct{ NotBefore, NotAfter time.Time }
	algorithm := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	toBeSigned := must(asn1.Marshal(struct {
		Serial    *big.Int
		Algorithm pkix.AlgorithmIdentifier
		Issuer    asn1.RawValue
		Validity  validity
		Subject   asn1.RawValue
		Key       asn1.RawValue
	}{
		c.SerialNumber, algorithm, asn1.RawValue{FullBytes: c.RawIssuer}, validity{c.NotBefore, c.NotAfter},
		asn1.RawValue{FullBytes: c.RawSubject}, asn1.RawValue{FullBytes: c.RawSubjectPublicKeyInfo},
	}))
	hash := sha256.Sum256(toBeSigned)
	signature := must(ecdsa.SignASN1(rand.Reader, keys[s.Signer], hash[:]))
	return must(asn1.Marshal(struct {
		Certificate asn1.RawValue
		Algorithm   pkix.AlgorithmIdentifier
		Signature   asn1.BitString
	}{asn1.RawValue{FullBytes: toBeSigned}, algorithm, asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}))
}

func (g generated) test() test {
	all := func(specs []spec) (ders [][]byte) {
		for _, one := range specs {
			ders = append(ders, one.der())
		}
		return
	}
	return test{g.ID, g.Leaf.der(), all(g.Roots), all(g.Intermediates), g.Name, g.Usages, present.Format(time.RFC3339)}
}
