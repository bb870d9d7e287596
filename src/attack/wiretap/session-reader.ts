import { NONE } from '../../engine/table.ts'
import type { Certificate } from '../../security/certificate.ts'
import { KEX_INIT_ROUND, KEY_EXCHANGE_ROUND } from '../../security/ssh-parameters.ts'
import type { TlsDirectory } from '../../security/tls-peers.ts'
import { CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FLIGHT } from '../../security/tls-session.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { LegOfStep } from '../leg-index.ts'
import type { Lock } from '../rows.ts'
import type { AttackEvent } from '../state/event-counts.ts'
import { VANTAGES } from '../vantages.ts'
import type { FindingRecorder } from './finding-recorder.ts'
import type { Encapsulation, Inspection } from './inspection.ts'
import type { Locks } from './locks.ts'
import { type SessionFacts, type SessionLayer, type SessionRegistry, SSH, TLS } from './session-registry.ts'
import type { StepAttribution } from './step-attribution.ts'

export interface SessionReaderParts {
  readonly contents: Contents
  readonly sessions: SessionRegistry
  readonly attribution: StepAttribution
  readonly recorder: FindingRecorder
  readonly locks: Locks
  readonly tls: TlsDirectory
}

/** Reads the plaintext parts of TLS and SSH sessions, and decides which attackers can decrypt the rest. */
export class SessionReader {
  private readonly parts: SessionReaderParts
  private readonly certificates: ReadonlyMap<string, number>

  constructor(parts: SessionReaderParts) {
    this.parts = parts
    this.certificates = new Map(parts.attribution.plan.certificates.map((name, index) => [name, index]))
  }

  /** Returns the encapsulation of the data in a record of the content; null if the attacker can never decrypt it. */
  inside(inspection: Inspection, around: Encapsulation, content: Content, layer: SessionLayer): Encapsulation | null {
    const facts = this.factsOf(content, layer)
    if (facts === null) return null
    const lock = this.lockOf(inspection.attacker, around.lock, facts, layer)
    if (lock === null) return null
    const { host, vantage } = this.parts.attribution.plan.attackers[inspection.attacker]
    const isOwnTunnel = layer === SSH && VANTAGES[vantage].hasOwnHost && facts.serverHost === host
    const { clientHost, serverHost } = layer === TLS ? facts : { clientHost: NONE, serverHost: NONE }
    return {
      ...around,
      lock,
      isEncrypted: true,
      clientHost,
      serverHost,
      isOfOwnConnection: around.isOfOwnConnection || isOwnTunnel,
    }
  }

  /** Returns the encapsulation of the data that a Konnectivity agent carries. The agent may belong to the attacker. */
  insideAgent(inspection: Inspection, around: Encapsulation): Encapsulation {
    const { host, vantage } = this.parts.attribution.plan.attackers[inspection.attacker]
    const isOwn = VANTAGES[vantage].hasOwnHost && around.clientHost === host
    return {
      ...around,
      clientHost: NONE,
      serverHost: NONE,
      isInAgentTunnel: true,
      isOfOwnConnection: around.isOfOwnConnection || isOwn,
    }
  }

  /**
   * Reads a flight of a handshake. Certificates are in plaintext in TLS 1.2 and encrypted in 1.3 (RFC 8446 section 2).
   */
  readTlsFlight(
    inspection: Inspection,
    around: Encapsulation,
    content: Content,
    kind: number,
    parameters: number,
  ): void {
    const { tls, contents, sessions } = this.parts
    if (kind === CLIENT_HELLO) {
      const client = tls.clients[parameters]
      if (client.serverName !== null || client.alpn.length > 0) this.addEvent(inspection, around, 'handshake-name')
      return
    }
    if (kind === CLIENT_FLIGHT) {
      const { nameHigh, nameLow } = contents.table
      sessions.addRecorder(TLS, nameHigh[content], nameLow[content], inspection.attacker)
    }
    const facts = this.factsOf(content, TLS)
    if (facts === null || facts.client === NONE) return
    const client = tls.clients[facts.client]
    const server = tls.servers[facts.server]
    if (client.version !== '1.2') return
    if (kind === SERVER_FLIGHT) this.readCertificate(inspection, around, server.presents.certificate)
    if (kind === CLIENT_FLIGHT && server.clientCertificates !== 'none' && client.presents !== null)
      this.readCertificate(inspection, around, client.presents.certificate)
  }

  /** Reads a round of an SSH log-in: algorithm names in KEXINIT, and the host key in the server's key exchange. */
  readSshRound(inspection: Inspection, around: Encapsulation, content: Content, round: number): void {
    if (round === KEX_INIT_ROUND) this.addEvent(inspection, around, 'handshake-name')
    if (round !== KEY_EXCHANGE_ROUND) return
    const facts = this.factsOf(content, SSH)
    if (facts === null || facts.isOfClient || facts.serverHost === NONE) return
    for (const { step, leg } of this.activeLegs(inspection))
      this.parts.recorder.learn(inspection, around.lock, [step], leg.path, 'host-key', facts.serverHost)
  }

  private readCertificate(inspection: Inspection, around: Encapsulation, { name }: Certificate): void {
    this.addEvent(inspection, around, 'handshake-name')
    const certificate = this.certificates.get(name)
    const [first] = this.activeLegs(inspection)
    if (certificate === undefined || first === undefined) return
    this.parts.recorder.learn(inspection, around.lock, [first.step], first.leg.path, 'certificate', certificate)
  }

  /** Adds an event for each active leg. In a tunnel that carries several paths, the event belongs to none of them. */
  private addEvent(inspection: Inspection, around: Encapsulation, event: AttackEvent): void {
    const legs = this.activeLegs(inspection)
    if (around.isEncrypted && new Set(legs.map(({ leg }) => leg.path)).size > 1) return
    for (const { step, leg } of legs) this.parts.recorder.addEvent(inspection, around.lock, [step], leg.path, event, 1)
  }

  private activeLegs({ legs }: Inspection): readonly LegOfStep[] {
    return legs.filter(({ step }) => this.parts.attribution.state.isActive(step))
  }

  /**
   * Returns the lock that protects a session from the attacker: `outer` when the attacker controls an end, which has the
   * session's key. An attacker that has recorded an RSA key exchange can decrypt the session with the server's private
   * key. All other key exchanges have forward secrecy, for which the result is null (RFC 5246 appendix F.1.1.2,
   * RFC 8446 appendix E.1).
   */
  private lockOf(attacker: number, outer: Lock, facts: SessionFacts, layer: SessionLayer): Lock | null {
    const { attribution, tls, locks } = this.parts
    const { controls } = attribution.plan.attackers[attacker]
    if (facts.clientHost !== NONE && controls[facts.clientHost] === 1) return outer
    if (facts.serverHost !== NONE && controls[facts.serverHost] === 1) return outer
    if (layer === SSH || facts.client === NONE) return null
    const { keyExchange, version } = tls.clients[facts.client]
    const isByRsa = keyExchange === 'rsa' && version === '1.2'
    if (!isByRsa || !this.parts.sessions.isRecordedBy(facts, attacker)) return null
    const certificate = this.certificates.get(tls.servers[facts.server].presents.certificate.name)
    return certificate === undefined ? null : locks.within(attacker, outer, certificate)
  }

  private factsOf(content: Content, layer: SessionLayer): SessionFacts | null {
    const { nameHigh, nameLow } = this.parts.contents.table
    return this.parts.sessions.find(layer, nameHigh[content], nameLow[content])
  }
}
