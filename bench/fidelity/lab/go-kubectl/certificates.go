package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const keyBits = 2048

// The certificate of the server, and what verifies clients. The client's own stand in its kubeconfig.
type identities struct {
	server  tls.Certificate
	clients *x509.CertPool
}

// Makes an authority and certificates as kubeadm does, and a kubeconfig for kubectl.
func makeIdentities(directory, address string) (*identities, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kubernetes"}, DNSNames: []string{"kubernetes"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true, IsCA: true,
	}
	authorityKey, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	authorityDer, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(authorityDer)
	if err != nil {
		return nil, err
	}
	sign := func(leaf *x509.Certificate) ([]byte, *rsa.PrivateKey, error) {
		key, err := rsa.GenerateKey(rand.Reader, keyBits)
		if err != nil {
			return nil, nil, err
		}
		leaf.NotBefore, leaf.NotAfter = authority.NotBefore, authority.NotAfter
		leaf.KeyUsage = x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature
		der, err := x509.CreateCertificate(rand.Reader, leaf, parsed, key.Public(), authorityKey)
		return der, key, err
	}
	serverDer, serverKey, err := sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kube-apiserver", OrganizationalUnit: []string{"onpath lab, of a control plane of one"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{
			"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "master",
		},
		IPAddresses: []net.IP{net.ParseIP(host), net.ParseIP("10.96.0.1"), net.ParseIP("127.0.0.1")},
	})
	if err != nil {
		return nil, err
	}
	clientDer, clientKey, err := sign(&x509.Certificate{
		SerialNumber: big.NewInt(3),
		Subject:      pkix.Name{CommonName: "kubernetes-admin", Organization: []string{"kubeadm:cluster-admins"}, OrganizationalUnit: []string{"onpath lab, of a user on a host of its own"}},
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return nil, err
	}
	clients := x509.NewCertPool()
	clients.AddCert(parsed)
	kubeconfig := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: lab
contexts: [{ name: lab, context: { cluster: lab, user: admin } }]
clusters: [{ name: lab, cluster: { server: "https://%s", certificate-authority-data: %s } }]
users: [{ name: admin, user: { client-certificate-data: %s, client-key-data: %s } }]
`, address, text("CERTIFICATE", authorityDer), text("CERTIFICATE", clientDer), text("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(clientKey)))
	if err := os.WriteFile(filepath.Join(directory, "kubeconfig"), []byte(kubeconfig), 0o600); err != nil {
		return nil, err
	}
	server := tls.Certificate{Certificate: [][]byte{serverDer}, PrivateKey: serverKey}
	return &identities{server: server, clients: clients}, nil
}

func text(kind string, der []byte) string {
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
