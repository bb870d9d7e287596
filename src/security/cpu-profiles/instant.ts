import { mapEntries } from '../../engine/registry.ts'
import type { DescribedCpuProfile } from './described-cpu-profile.ts'
import { go } from './go.ts'

/** Work takes no time, so that results show the network alone. */
export const instant: DescribedCpuProfile = {
  summary: 'nothing',
  description: 'Work costs nothing.',
  figures: {
    wakeNs: 0,
    dialNs: 0,
    acceptNs: 0,
    requestNs: 0,
    serveNs: 0,
    responseNs: 0,
    commandNs: 0,
    upgradeNs: 0,
    bodyWriteBytes: go.figures.bodyWriteBytes,
    bodyReadBytes: go.figures.bodyReadBytes,
    firstWriteBytes: Number.POSITIVE_INFINITY,
    socketByteNs: 0,
    packetNs: 0,
    coldPacketNs: 0,
    tlsFlightNs: { '1.2': 0, '1.3': 0 },
    keyShareNs: { x25519: 0, x25519mlkem768: 0 },
    signNs: { 'ecdsa-p256': 0, 'rsa-2048': 0, ed25519: 0 },
    verifyNs: { 'ecdsa-p256': 0, 'rsa-2048': 0, ed25519: 0 },
    recordNs: 0,
    recordByteNs: 0,
    sshSessionNs: 0,
    sshLoginDelayNs: 0,
    sshMessageNs: 0,
    sshPacketNs: 0,
    sshByteNs: 0,
    sshBufferByteNs: 0,
  },
  sources: {
    ...mapEntries(go.sources, () => 'by definition: what remains is the network'),
    bodyWriteBytes: 'as for go',
    bodyReadBytes: 'as for go',
  },
  isInterrupted: false,
  recordSizing: 'go',
}
