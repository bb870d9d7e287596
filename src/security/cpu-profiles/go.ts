import { type DescribedCpuProfile, FITTED, NOT_MEASURED } from './described-cpu-profile.ts'

const SUMS = 'only the sum was measured, and is split evenly'

/**
 * Go 1.24 `net/http` and `x/crypto/ssh` against OpenSSH 10.0 on one core of a 2 vCPU AMD EPYC, Linux 6.18. The figures
 * are fitted to the medians of measurements by `npm run fit:cpu`, which prints the error of each (8 % at most).
 */
export const go: DescribedCpuProfile = {
  summary: 'as Kubernetes is built',
  description:
    'Kubernetes as it is built: Go 1.24 net/http, crypto/tls and x/crypto/ssh, on one core of a 2 vCPU AMD EPYC.',
  figures: {
    wakeNs: 121_273,
    dialNs: 159_283,
    acceptNs: 159_283,
    requestNs: 77_535,
    serveNs: 77_535,
    responseNs: 77_535,
    commandNs: 1_500_000,
    upgradeNs: 4_200_000,
    bodyWriteBytes: 32 * 1024, // io.Copy
    bodyReadBytes: 32 * 1024,
    firstWriteBytes: 4 * 1024,
    socketByteNs: 0,
    packetNs: 1_400,
    coldPacketNs: 0,
    tlsFlightNs: { '1.2': 45_008, '1.3': 117_416 },
    keyShareNs: { x25519: 29_800, x25519mlkem768: 59_600 },
    signNs: { 'ecdsa-p256': 33_660, 'rsa-2048': 434_552, ed25519: 63_224 },
    verifyNs: { 'ecdsa-p256': 103_473, 'rsa-2048': 29_920, ed25519: 103_473 },
    recordNs: 8_523,
    recordByteNs: 0.2754,
    sshSessionNs: 18_581_016,
    sshLoginDelayNs: 7_500_000,
    sshMessageNs: 45_008,
    sshPacketNs: 9_388,
    sshByteNs: 1.5447,
    sshBufferByteNs: 0.585,
  },
  sources: {
    wakeNs: `${FITTED}: what each message takes longer on loopback, where cores slept, than over a link, where they did not`,
    dialNs: `${FITTED}: HTTP on new connections; ${SUMS}`,
    acceptNs: `${FITTED}: HTTP on new connections; ${SUMS}`,
    requestNs: `${FITTED}: HTTP on one connection; ${SUMS}`,
    serveNs: `${FITTED}: HTTP on one connection; ${SUMS}`,
    responseNs: `${FITTED}: HTTP on one connection; ${SUMS}`,
    commandNs: 'the cells of kubectl 1.32 with round trips of 1 and 20 ms (docs/models/fidelity.md#kubectl)',
    upgradeNs: 'the same cells',
    bodyWriteBytes: 'the buffer of io.Copy',
    bodyReadBytes: 'the buffer of io.Copy',
    firstWriteBytes: 'the buffer of a connection (net/http server.go, transport.go)',
    socketByteNs: `${NOT_MEASURED}: bulk on loopback gives the sum of both ends`,
    packetNs: 'the quickest bursts of 300 to 1,600 packets on this machine (docs/facts/noise.md#bursts)',
    coldPacketNs: `${NOT_MEASURED}: pings, from which a link's delay derives, contain it`,
    tlsFlightNs: `${FITTED}: TLS 1.2, TLS 1.3 and client certificates on new connections`,
    keyShareNs: `OpenSSL on the same machine (docs/facts/cpu.md); the hybrid is twice that, ${NOT_MEASURED}`,
    signNs: `${FITTED}: how many times slower than OpenSSL on the same machine (docs/facts/cpu.md)`,
    verifyNs: `${FITTED}: how many times slower than OpenSSL on the same machine (docs/facts/cpu.md)`,
    recordNs: `${FITTED}: TLS on one connection`,
    recordByteNs: `${FITTED}: 200 MB over TLS 1.3 on loopback`,
    sshSessionNs: `${FITTED}: the set-up of a tunnel to OpenSSH 10.0 on loopback`,
    sshLoginDelayNs: 'the difference of the measured set-up on loopback and at 80 ms of round trip',
    sshMessageNs: `as for a flight of TLS 1.2; ${NOT_MEASURED}`,
    sshPacketNs: `${FITTED}: HTTP inside a tunnel`,
    sshByteNs: `${FITTED}: 200 MB of HTTP inside a tunnel on loopback`,
    sshBufferByteNs: 'measured on a faster machine (0.39), times 1.5 (docs/models/ssh.md)',
  },
  isInterrupted: true,
  recordSizing: 'go',
}
