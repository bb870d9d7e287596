import type { Mark } from '../transport/rows.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { CpuProfile } from './cpu-profile.ts'
import type { SshSession } from './rows.ts'
import { KEX_INIT_ROUND, KEY_EXCHANGE_ROUND, QUERY_ROUND, SIGNATURE_ROUND } from './ssh-parameters.ts'
import { CHANNEL_DATA, LOGIN_ROUND, type SshSessionTable } from './ssh-session.ts'

/** The CPU costs of an SSH connection's work, and the delays that sshd adds on purpose, in nanoseconds. */
export class SshCosts {
  private readonly sessions: SshSessionTable
  private readonly streams: ByteStreams
  /** The CPU profile of each host. */
  private readonly cpus: readonly CpuProfile[]

  constructor(sessions: SshSessionTable, streams: ByteStreams, cpus: readonly CpuProfile[]) {
    this.sessions = sessions
    this.streams = streams
    this.cpus = cpus
  }

  cpu(session: SshSession): CpuProfile {
    return this.cpus[this.sessions.host[session]]
  }

  /**
   * The delay before a message is processed: sshd delays the last one of a log-in (OpenSSH auth2.c,
   * ensure_minimum_time_since).
   */
  delayNs(session: SshSession, mark: Mark): number {
    const { marks } = this.streams.contents
    const isLast = marks.kind[mark] === LOGIN_ROUND && marks.value[mark] === SIGNATURE_ROUND
    return isLast && this.sessions.isClient[session] === 0 ? this.cpu(session).sshLoginDelayNs : 0
  }

  openingNs(session: SshSession, mark: Mark): number {
    const { marks } = this.streams.contents
    const cpu = this.cpu(session)
    switch (marks.kind[mark]) {
      case LOGIN_ROUND:
        return cpu.sshMessageNs + this.cryptographyNs(session, marks.value[mark])
      case CHANNEL_DATA:
        return this.packetNs(session, marks.value[mark])
      default:
        return cpu.sshPacketNs
    }
  }

  growthNs(session: SshSession, lengthBytes: number): number {
    return Math.round(this.cpu(session).sshBufferByteNs * lengthBytes)
  }

  packetNs(session: SshSession, lengthBytes: number): number {
    const { sshPacketNs, sshByteNs } = this.cpu(session)
    return sshPacketNs + Math.round(sshByteNs * lengthBytes)
  }

  /** The cost of the cryptography that the response to a round needs. */
  private cryptographyNs(session: SshSession, round: number): number {
    const { keyShareNs, signNs, verifyNs } = this.cpu(session)
    const isClient = this.sessions.isClient[session] === 1
    const shareNs = keyShareNs.x25519
    if (round === KEX_INIT_ROUND) return isClient ? shareNs : 0
    if (round === KEY_EXCHANGE_ROUND) return isClient ? shareNs + verifyNs.ed25519 : 2 * shareNs + signNs.ed25519
    if (round === QUERY_ROUND && isClient) return signNs['rsa-2048']
    return round === SIGNATURE_ROUND && !isClient ? verifyNs['rsa-2048'] : 0
  }
}
