import type { CpuProfile } from './cpu-profile.ts'
import type { CpuProfileName } from './cpu-profiles.ts'

/** What a CPU profile stands for, and where each of its figures comes from; `npm run fit:cpu` does the fitting. */
export interface CpuProfileSources {
  readonly description: string
  readonly sources: Readonly<Record<keyof CpuProfile, string>>
}

const FITTED = 'fitted to measured rows'
const SUMS = 'only the sum was measured, and is split evenly'
const NOT_MEASURED = 'default, not measured'

const GO: CpuProfileSources['sources'] = {
  wakeNs: `${FITTED}: what each message takes longer on loopback, where cores slept, than over a link, where they did not`,
  dialNs: `${FITTED}: HTTP on new connections; ${SUMS}`,
  acceptNs: `${FITTED}: HTTP on new connections; ${SUMS}`,
  requestNs: `${FITTED}: HTTP on one connection; ${SUMS}`,
  serveNs: `${FITTED}: HTTP on one connection; ${SUMS}`,
  responseNs: `${FITTED}: HTTP on one connection; ${SUMS}`,
  bodyWriteBytes: 'the buffer of io.Copy',
  firstWriteBytes: 'the buffer of a connection (net/http server.go, transport.go)',
  tlsFlightNs: `${FITTED}: TLS 1.2, TLS 1.3 and client certificates on new connections`,
  keyShareNs: `OpenSSL on the same machine (kubernetes-paths.md, 4.3); the hybrid is twice that, ${NOT_MEASURED}`,
  signNs: `${FITTED}: how many times slower than OpenSSL on the same machine (kubernetes-paths.md, 4.3)`,
  verifyNs: `${FITTED}: how many times slower than OpenSSL on the same machine (kubernetes-paths.md, 4.3)`,
  recordNs: `${FITTED}: TLS on one connection`,
  recordByteNs: `${FITTED}: 200 MB over TLS 1.3 on loopback`,
  sshSessionNs: `${FITTED}: the set-up of a tunnel to OpenSSH 10.0 on loopback`,
  sshLoginDelayNs: 'the difference of the measured set-up on loopback and at 80 ms of round trip',
  sshMessageNs: `as for a flight of TLS 1.2; ${NOT_MEASURED}`,
  sshPacketNs: `${FITTED}: HTTP inside a tunnel`,
  sshByteNs: `${FITTED}: 200 MB of HTTP inside a tunnel on loopback`,
  sshBufferByteNs: 'measured on a faster machine, times 1.5 (docs/models/ssh.md)',
}

const AS_GO = `as for go; ${NOT_MEASURED}`
const NODEJS: CpuProfileSources['sources'] = {
  ...GO,
  wakeNs: 'as for go',
  bodyWriteBytes: 'the server of the test bed; Node.js hands a Buffer on as it is',
  firstWriteBytes: 'head and Buffer go together',
  recordByteNs: AS_GO,
  sshSessionNs: AS_GO,
  sshLoginDelayNs: AS_GO,
  sshMessageNs: AS_GO,
  sshPacketNs: AS_GO,
  sshByteNs: AS_GO,
  sshBufferByteNs: AS_GO,
}

const NOTHING = 'by definition: what remains is the network'
const INSTANT = {
  ...(Object.fromEntries(Object.keys(GO).map((figure) => [figure, NOTHING])) as CpuProfileSources['sources']),
  bodyWriteBytes: 'as for go',
}

export const CPU_PROFILE_SOURCES: Readonly<Record<CpuProfileName, CpuProfileSources>> = {
  go: {
    description:
      'Kubernetes as it is built: Go 1.24 net/http, crypto/tls and x/crypto/ssh, on one core of a 2 vCPU AMD EPYC.',
    sources: GO,
  },
  nodejs: { description: 'Node.js 20.20 http and https (OpenSSL 3.0), on the same machine.', sources: NODEJS },
  instant: { description: 'Work costs nothing.', sources: INSTANT },
}
