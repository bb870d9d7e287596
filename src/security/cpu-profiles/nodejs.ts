import { type DescribedCpuProfile, NOT_MEASURED } from './described-cpu-profile.ts'
import { go } from './go.ts'

const AS_GO = `as for go; ${NOT_MEASURED}`

/** Node.js 20.20 `http` and `https` (OpenSSL 3.0), fitted to measurements on loopback. SSH costs are taken from Go. */
export const nodejs: DescribedCpuProfile = {
  summary: 'Node 20',
  description: 'Node.js 20.20 http and https (OpenSSL 3.0), on the same machine.',
  figures: {
    ...go.figures,
    dialNs: 110_656,
    acceptNs: 110_656,
    requestNs: 44_223,
    serveNs: 44_223,
    responseNs: 44_223,
    bodyWriteBytes: 1024 * 1024, // as the measured server does; Node.js passes a Buffer on as it is
    firstWriteBytes: Number.POSITIVE_INFINITY, // the head and the Buffer are written together
    tlsFlightNs: { '1.2': 113_309, '1.3': 288_549 },
    signNs: { 'ecdsa-p256': 352_074, 'rsa-2048': 4_545_294, ed25519: 661_303 },
    verifyNs: { 'ecdsa-p256': 1_082_302, 'rsa-2048': 312_955, ed25519: 1_082_302 },
    recordNs: 8_996,
  },
  sources: {
    ...go.sources,
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
  },
  isInterrupted: true,
  recordSizing: 'fixed',
}
