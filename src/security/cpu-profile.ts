import type { KeyAlgorithm } from './certificate.ts'
import type { EphemeralKeyExchange } from './tls-messages.ts'
import type { TlsVersion } from './tls-records.ts'

/**
 * The CPU costs of work on one core of a host, in nanoseconds, and how its programs write. `npm run fit:cpu` fits the
 * figures.
 */
export interface CpuProfile {
  /**
   * To wake up a process that waits for another process of its host, on a core that sleeps. Waking up for a packet from
   * a link is part of the link's delay, because a ping measures both.
   */
  readonly wakeNs: number
  /** To open and to accept a TCP connection, until the program can use it. */
  readonly dialNs: number
  readonly acceptNs: number
  /** HTTP: to write a request, to read it and respond, and to read the response. */
  readonly requestNs: number
  readonly serveNs: number
  readonly responseNs: number
  /** kubectl: to come from a response to the next request, and to make the transport of an upgrade. */
  readonly commandNs: number
  readonly upgradeNs: number
  /** The bytes of a body that a program writes to a socket at once (see send-buffer.ts). */
  readonly bodyWriteBytes: number
  /** The bytes of a body that a client reads at once from an SSH channel, after which window may be granted. */
  readonly bodyReadBytes: number
  /**
   * HTTP/1.1: the size of the first write, which has the head and the start of a body of known length; Infinity for no
   * limit.
   */
  readonly firstWriteBytes: number
  /** HTTP/1.1: to copy a byte of a body into a socket. A program of the same core cannot read meanwhile. */
  readonly socketByteNs: number
  /**
   * For the kernel to send a packet: no other packet leaves the host by the same link meanwhile (see departure.ts).
   */
  readonly packetNs: number
  /**
   * The extra time before the first packet after a pause leaves, because caches are cold (see departure.ts). A link
   * delay that derives from pings includes this time for a ping and its reply.
   */
  readonly coldPacketNs: number
  /**
   * To receive and answer a TLS flight, beside the operations on keys. TLS 1.3 derives more secrets and encrypts more of
   * its messages.
   */
  readonly tlsFlightNs: Readonly<Record<TlsVersion, number>>
  readonly keyShareNs: Readonly<Record<EphemeralKeyExchange, number>>
  readonly signNs: Readonly<Record<KeyAlgorithm, number>>
  readonly verifyNs: Readonly<Record<KeyAlgorithm, number>>
  /** To encrypt or decrypt a TLS record, and for each byte of it. */
  readonly recordNs: number
  readonly recordByteNs: number
  /** For sshd to start a session (it forks and executes itself), and for each message of the log-in. */
  readonly sshSessionNs: number
  readonly sshMessageNs: number
  /**
   * The time by which sshd delays each log-in attempt on purpose, without work (OpenSSH auth2.c,
   * ensure_minimum_time_since).
   */
  readonly sshLoginDelayNs: number
  /** To encrypt or decrypt an SSH data packet, and for each byte of it. */
  readonly sshPacketNs: number
  readonly sshByteNs: number
  /** For sshd to allocate a larger buffer for data that it has read, for each byte of the buffer. */
  readonly sshBufferByteNs: number
}
