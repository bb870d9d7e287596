import type { KeyAlgorithm } from './certificate.ts'
import type { EphemeralKeyExchange } from './tls-messages.ts'
import type { TlsVersion } from './tls-records.ts'

/** What work costs on one core of a host, in nanoseconds, and how its programs write. Data; `npm run fit:cpu` says how it was made. */
export interface CpuProfile {
  /**
   * To wake up a process that waits for another one of its host: the core that it gets sleeps. What came over a link
   * wakes it up as well, but that is part of the link's delay, as pings measure it.
   */
  readonly wakeNs: number
  /** To dial and to accept a TCP connection, until the program may use it. */
  readonly dialNs: number
  readonly acceptNs: number
  /** HTTP: to write a request, to read and answer one, to read the answer. */
  readonly requestNs: number
  readonly serveNs: number
  readonly responseNs: number
  /** Costs nothing, but what is handed to a socket at once goes as far as the windows reach (see send-buffer.ts). */
  readonly bodyWriteBytes: number
  /** HTTP/1.1: the first write takes a message's head, and of a body whose length is known as much as fills it up; Infinity: a whole piece. */
  readonly firstWriteBytes: number
  /**
   * What every TLS flight costs to receive and answer, beside the keys in it: 1.3 derives more secrets, seals more of
   * its messages, and hands out tickets.
   */
  readonly tlsFlightNs: Readonly<Record<TlsVersion, number>>
  readonly keyShareNs: Readonly<Record<EphemeralKeyExchange, number>>
  readonly signNs: Readonly<Record<KeyAlgorithm, number>>
  readonly verifyNs: Readonly<Record<KeyAlgorithm, number>>
  /** A TLS record, and each byte of it. */
  readonly recordNs: number
  readonly recordByteNs: number
  /** sshd to start a session (it forks and executes itself), and what every message of the set-up costs. */
  readonly sshSessionNs: number
  readonly sshMessageNs: number
  /** How long sshd makes each attempt to log in last, on purpose and without work (auth2.c). */
  readonly sshLoginDelayNs: number
  /** An SSH data packet, and each byte of it. */
  readonly sshPacketNs: number
  readonly sshByteNs: number
  /** sshd takes a larger buffer for what it has read: each byte of that. */
  readonly sshBufferByteNs: number
}
