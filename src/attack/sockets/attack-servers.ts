import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Http } from '../../http/http.ts'
import type { Ssh } from '../../security/ssh.ts'
import type { Tls } from '../../security/tls.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Acceptor, Tcp } from '../../transport/tcp.ts'
import type { AttackRecord } from '../attack-record.ts'
import { USED_TECHNIQUES } from '../techniques.ts'
import type { ListeningPlace, Offer } from './sockets-plan.ts'

/** The parts of a simulation that attackers' servers are built from. */
export interface AttackServersParts {
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly tcp: Tcp
  readonly tls: Tls
  readonly ssh: Ssh
  readonly http: Http
  readonly record: AttackRecord
  readonly places: readonly ListeningPlace[]
  /** Accepts the connections of the other listeners, of which there are `honestCount`. */
  readonly honest: Acceptor
  readonly honestCount: number
  /** Whether another program listens on this port of this host, at all addresses. */
  readonly isTaken: (host: number, port: number) => boolean
  /** Tells if a connection of others has gone through a Konnectivity agent that the step runs. */
  readonly hasCarried: (step: number) => boolean
  /** The HTTP service of each step. */
  readonly services: readonly number[]
  /** The HTTP service that responds as an honest server would. */
  readonly forgedResponses: number
}

/**
 * Adds the listeners of attackers to those of other programs. On a host that an attacker has compromised, the attacker
 * accepts each connection to another host's address, whatever else listens on that port.
 */
export class AttackServers implements Acceptor {
  private readonly parts: AttackServersParts

  constructor(parts: AttackServersParts) {
    const { tcp, places, isTaken, honestCount } = parts
    this.parts = parts
    tcp.acceptWith(this)
    places.forEach(({ host, port, address, isServers }, index) => {
      if (!isServers && !isTaken(host, port)) tcp.listen(host, port, honestCount + index, address)
    })
  }

  onAccept(listener: number, stream: Stream): void {
    const { honest, honestCount, streams } = this.parts
    const offer = this.offerFor(stream)
    if (offer !== null) return this.serve(offer, stream)
    if (listener < honestCount) return honest.onAccept(listener, stream)
    // The attacker has a listener here, but none of its steps is active, so no program accepts.
    streams.abort(stream)
  }

  /** Returns the offer of a step on a connection; null if none takes it. */
  private offerFor(stream: Stream): Offer | null {
    const places = this.placesOf(stream)
    const [own, others] = [true, false].map((isServers) => places.find((place) => place.isServers === isServers))
    return (
      (own === undefined ? null : this.takeOver(own, stream)) ?? (others === undefined ? null : this.offerAt(others))
    )
  }

  /**
   * Returns the offer of the last step at this address that has started and has the key it needs; null for none. A step
   * that has ended still accepts connections that it has diverted, but none to the attacker's own address. A step whose
   * Konnectivity agent has brought no connection has none to accept.
   */
  private offerAt({ offers }: ListeningPlace): Offer | null {
    const { record, timeline } = this.parts
    const { plan, state } = record
    const started = offers.filter(({ step }) => plan.steps[step].startTick <= timeline.now && !state.isDisabled(step))
    const usable = started.filter((offer) => this.isUsable(offer) && this.isReached(offer))
    const current = usable.filter(({ step }) => plan.steps[step].endTick > timeline.now)
    const diverted = usable.filter(
      ({ step }) => USED_TECHNIQUES[plan.steps[step].technique].serves?.at === 'server-address',
    )
    return current.at(-1) ?? diverted.at(-1) ?? null
  }

  /** Returns the offer of the last active step in place of the host's own server, which counts as its act. */
  private takeOver({ offers, ownClients }: ListeningPlace, stream: Stream): Offer | null {
    const { record, streams, tcp } = this.parts
    const { connections } = tcp
    const client = connections.remoteAddress[connections.rowAt(streams.table.carrier[stream])]
    if (ownClients.includes(client)) return null
    const offer = offers.filter((each) => record.state.isActive(each.step) && this.isUsable(each)).at(-1) ?? null
    if (offer !== null) record.state.recordAct(offer.step)
    return offer
  }

  private placesOf(stream: Stream): readonly ListeningPlace[] {
    const { streams, tcp, places } = this.parts
    const { connections } = tcp
    const connection = connections.rowAt(streams.table.carrier[stream])
    const host = connections.host[connection]
    const address = connections.localAddress[connection]
    const port = connections.localPort[connection]
    return places.filter((place) => place.host === host && place.address === address && place.port === port)
  }

  /** Returns whether the attacker has the private key of the certificate that it would present. */
  private isUsable(offer: Offer): boolean {
    if (offer.kind !== 'https' || offer.certificate === NONE) return true
    const { plan, knowledge } = this.parts.record
    const { attacker } = plan.steps[offer.step]
    return knowledge.hasCredential(attacker, { kind: 'certificate-key', subject: offer.certificate })
  }

  private isReached({ step }: Offer): boolean {
    const { serves } = USED_TECHNIQUES[this.parts.record.plan.steps[step].technique]
    return serves?.carries !== true || this.parts.hasCarried(step)
  }

  private hasHostKey({ step, real }: Extract<Offer, { readonly kind: 'ssh' }>): boolean {
    const { plan, knowledge } = this.parts.record
    return knowledge.hasCredential(plan.steps[step].attacker, { kind: 'certificate-key', subject: real.hostKey })
  }

  private serve(offer: Offer, stream: Stream): void {
    const { http, tls, ssh, services } = this.parts
    switch (offer.kind) {
      case 'http':
        return http.serve(stream, services[offer.step], offer.http2)
      case 'https':
        return http.serve(tls.accept(stream, offer.tlsServer), services[offer.step], offer.http2)
      case 'ssh':
        return ssh.accept(stream, this.hasHostKey(offer) ? offer.real.sshServer : offer.sshServer)
      case 'health':
        return http.serve(stream, this.parts.forgedResponses, offer.http2)
    }
  }
}
