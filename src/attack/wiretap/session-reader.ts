import { NONE } from '../../engine/table.ts'
import type { Certificate } from '../../security/certificate.ts'
import { KEX_INIT_ROUND, KEY_EXCHANGE_ROUND } from '../../security/ssh-parameters.ts'
import type { TlsDirectory } from '../../security/tls-peers.ts'
import { CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FLIGHT } from '../../security/tls-session.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Lock } from '../rows.ts'
import type { Sight } from '../state/tally.ts'
import { VANTAGES } from '../vantages.ts'
import type { Locks } from './locks.ts'
import type { Look, Place } from './look.ts'
import type { Readings } from './readings.ts'
import { attackerBit, type SessionBook, type SessionFacts, type SessionLayer, SSH, TLS } from './session-book.ts'
import type { StepChoice } from './step-choice.ts'

/** What sessions of TLS and SSH show on their outside, and to whom they open. */
export class SessionReader {
  private readonly contents: Contents
  private readonly sessions: SessionBook
  private readonly choice: StepChoice
  private readonly readings: Readings
  private readonly locks: Locks
  private readonly tls: TlsDirectory
  private readonly certificates: ReadonlyMap<string, number>

  constructor(
    contents: Contents,
    sessions: SessionBook,
    choice: StepChoice,
    readings: Readings,
    locks: Locks,
    tls: TlsDirectory,
  ) {
    this.contents = contents
    this.sessions = sessions
    this.choice = choice
    this.readings = readings
    this.locks = locks
    this.tls = tls
    this.certificates = new Map(choice.plan.certificates.map((name, index) => [name, index]))
  }

  /** Inside a record of this content; null: it is sealed, and will be for ever. */
  inside(look: Look, place: Place, content: Content, layer: SessionLayer): Place | null {
    const facts = this.factsOf(content, layer)
    if (facts === null) return null
    const lock = this.lockOf(look.attacker, place.lock, facts, layer)
    if (lock === null) return null
    const { host, vantage } = this.choice.plan.attackers[look.attacker]
    const isOwnTunnel = layer === SSH && VANTAGES[vantage].hasOwnHost && facts.serverHost === host
    const { clientHost, serverHost } = layer === TLS ? facts : { clientHost: NONE, serverHost: NONE }
    return {
      ...place,
      lock,
      isSealed: true,
      clientHost,
      serverHost,
      isOfOwnConnection: place.isOfOwnConnection || isOwnTunnel,
    }
  }

  /** Inside what an agent carries, which may be an agent of the attacker's own. */
  insideAgent(look: Look, place: Place): Place {
    const { host, vantage } = this.choice.plan.attackers[look.attacker]
    const isOwn = VANTAGES[vantage].hasOwnHost && place.clientHost === host
    return {
      ...place,
      clientHost: NONE,
      serverHost: NONE,
      isInAgentTunnel: true,
      isOfOwnConnection: place.isOfOwnConnection || isOwn,
    }
  }

  /** TLS 1.2 shows certificates, 1.3 hides them behind the first keys (RFC 8446 section 2). */
  readTlsFlight(look: Look, place: Place, content: Content, kind: number, parameters: number): void {
    if (kind === CLIENT_HELLO) {
      const client = this.tls.clients[parameters]
      if (client.serverName !== null || client.alpn.length > 0) this.show(look, place, 'handshake-name')
      return
    }
    if (kind === CLIENT_FLIGHT) {
      const { nameHigh, nameLow } = this.contents.table
      this.sessions.noteRecorded(TLS, nameHigh[content], nameLow[content], look.attacker)
    }
    const facts = this.factsOf(content, TLS)
    if (facts === null || facts.client === NONE) return
    const client = this.tls.clients[facts.client]
    const server = this.tls.servers[facts.server]
    if (client.version !== '1.2') return
    if (kind === SERVER_FLIGHT) this.showCertificate(look, place, server.presents.certificate)
    if (kind === CLIENT_FLIGHT && server.clientCertificates !== 'none' && client.presents !== null)
      this.showCertificate(look, place, client.presents.certificate)
  }

  /** Names of algorithms, and the server's host key with its share of the key exchange. */
  readSshRound(look: Look, place: Place, content: Content, round: number): void {
    if (round === KEX_INIT_ROUND) this.show(look, place, 'handshake-name')
    if (round !== KEY_EXCHANGE_ROUND) return
    const facts = this.factsOf(content, SSH)
    if (facts === null || facts.isOfClient || facts.serverHost === NONE) return
    for (const { step, path } of this.atWork(look))
      this.readings.learn(look, place.lock, [step], path, 'host-key', facts.serverHost)
  }

  private showCertificate(look: Look, place: Place, { name }: Certificate): void {
    this.show(look, place, 'handshake-name')
    const certificate = this.certificates.get(name)
    const [match] = this.atWork(look)
    if (certificate === undefined || match === undefined) return
    this.readings.learn(look, place.lock, [match.step], match.path, 'certificate', certificate)
  }

  /** What is in a tunnel is nobody's in particular, where that carries several paths. */
  private show(look: Look, place: Place, sight: Sight): void {
    const matches = this.atWork(look)
    if (place.isSealed && new Set(matches.map(({ path }) => path)).size > 1) return
    for (const { step, path } of matches) this.readings.note(look, place.lock, [step], path, sight, 1)
  }

  private atWork(look: Look): Look['legs'] {
    return look.legs.filter(({ step }) => this.choice.state.isAtWork(step))
  }

  /**
   * Who is an end has the key. Who recorded a key exchange by RSA has it with the server's private key, and nobody else
   * ever: all others have forward secrecy (RFC 5246 F.1.1.2, RFC 8446 E.1).
   */
  private lockOf(attacker: number, outer: Lock, facts: SessionFacts, layer: SessionLayer): Lock | null {
    const { controls } = this.choice.plan.attackers[attacker]
    if (facts.clientHost !== NONE && controls[facts.clientHost] === 1) return outer
    if (facts.serverHost !== NONE && controls[facts.serverHost] === 1) return outer
    if (layer === SSH || facts.client === NONE) return null
    const { keyExchange, version } = this.tls.clients[facts.client]
    const isByRsa = keyExchange === 'rsa' && version === '1.2'
    if (!isByRsa || (facts.recordedBy & attackerBit(attacker)) === 0) return null
    const certificate = this.certificates.get(this.tls.servers[facts.server].presents.certificate.name)
    return certificate === undefined ? null : this.locks.within(attacker, outer, certificate)
  }

  private factsOf(content: Content, layer: SessionLayer): SessionFacts | null {
    const { nameHigh, nameLow } = this.contents.table
    return this.sessions.find(layer, nameHigh[content], nameLow[content])
  }
}
